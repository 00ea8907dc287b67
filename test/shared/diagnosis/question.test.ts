import * as fc from "fast-check";
import { decodeQuestion } from "../../../shared/diagnosis/question";

const question = { diagnosis: { masters: [{ id: "rm-shop", secretNames: ["rewind/rm-shop/dba"] }] } };
const event = (value: unknown) => Buffer.from(JSON.stringify(value));

test("a question is understood as a whole or not at all", () => {
  expect(decodeQuestion(event(question))).toEqual(question);
  for (const other of [
    {},
    [],
    null,
    { diagnosis: {} },
    { ...question, more: 1 },
    { diagnosis: { masters: [{ id: "" }] } },
  ])
    expect(decodeQuestion(event(other))).toBeNull();
  expect(decodeQuestion(Buffer.from("{"))).toBeNull();
});

test("no message of a queue asks it, whatever its body, wrapped or bare, decoded or not", () => {
  const body = fc.oneof(
    fc.constant(JSON.stringify(question)),
    fc.constant(Buffer.from(JSON.stringify(question)).toString("base64")),
    fc.jsonValue().map((value) => JSON.stringify(value)),
  );
  const wrap = fc.constantFrom(
    (messageBody: string) => [{ data: { messageBody } }],
    (messageBody: string) => [{ messageBody }],
    (messageBody: string) => ({ data: { messageBody } }),
    (messageBody: string) => ({ messageBody, messageId: "1" }),
  );
  fc.assert(fc.property(body, wrap, (text, put) => expect(decodeQuestion(event(put(text)))).toBeNull()));
});
