import { CrashTable } from "./crash-table";
import { type Day, live } from "./day";

const day: Day = { mode: "side-by-side", dtsOrder: "configure-first", ends: ["succeeded"] };

async function countMessages(day: Day): Promise<number> {
  let messages = 0;
  const evening = await live({
    ...day,
    delivery: () => {
      messages++;
      return [0];
    },
  });
  expect(evening.failure).toBeNull();
  return messages;
}

test.each([
  ["twice at once", [0, 0]],
  ["again after five seconds", [0, 5_000]],
  ["again after an hour", [0, 3_600_000]],
  ["never", []],
] as const)(
  "each single message may arrive %s",
  async (name, copies) => {
    await deliverEach(day, name, copies);
  },
  300_000,
);

test.each([
  ["side-by-side", "buy-first"],
  ["same-name", "configure-first"],
  ["same-name", "buy-first"],
  ["missing-rows", "configure-first"],
  ["missing-rows", "buy-first"],
  ["none", "configure-first"],
] as const)(
  "each single message of a restore %s, %s, may arrive twice",
  async (mode, dtsOrder) => {
    const ends = mode === "none" ? (["inspected"] as const) : (["succeeded"] as const);
    await deliverEach({ mode, dtsOrder, ends }, `twice (${mode}, ${dtsOrder})`, [0, 5_000]);
  },
  300_000,
);

/** One run for each message, which arrives in these copies; all others arrive once. */
async function deliverEach(day: Day, name: string, copies: readonly number[]): Promise<void> {
  const messages = await countMessages(day);
  const table = new CrashTable();
  for (let number = 0; number < messages; number++) {
    let sent = 0;
    const evening = await live({ ...day, delivery: () => (sent++ === number ? copies : [0]) });
    table.note(evening, `message ${number} ${name}`);
  }
  process.stdout.write(`\n${messages} messages, each ${name}: ${table.findings.length} findings\n`);
  expect(messages).toBeGreaterThan(14);
  expect(table.findings).toEqual([]);
}

test.each([
  ["twice at once", () => [0, 0]],
  ["twice, minutes apart", () => [0, 200_000]],
  ["once, but for two of five that are lost", (number: number) => (number % 5 === 1 || number % 5 === 2 ? [] : [0])],
] as const)(
  "all messages may arrive %s",
  async (_name, copiesOf) => {
    let sent = 0;
    const evening = await live({ ...day, delivery: () => copiesOf(sent++) });
    expect(evening.failure).toBeNull();
  },
  300_000,
);
