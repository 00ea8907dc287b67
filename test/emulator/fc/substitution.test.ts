// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of s.yaml look like this.

import { substitute } from "../../../emulator/fc/substitution";

const document = {
  vars: {
    stage: "${env('STAGE', 'dev')}",
    prefix: "app-${vars.stage}",
    table: { REWIND_X: "${vars.prefix}" },
    round: "${vars.round}",
    json: '{"on":[true]}',
  },
};

describe("expressions in s.yaml", () => {
  it.each([
    ["a variable inside a text", "x-${vars.prefix}-y", {}, "x-app-dev-y"],
    ["a variable of the environment", "${env('NAME')}", { NAME: "given" }, "given"],
    ["the default also for an empty variable of the environment", "${env('NAME', 'default')}", { NAME: "" }, "default"],
    ["the default, which may be empty", "${env('NAME', '')}", {}, ""],
    ["another variable as the default", "${env('NAME', vars.prefix)}", { STAGE: "prod" }, "app-prod"],
    ["the value that a text holds", "${json(env('NAME', vars.json))}", {}, { on: [true] }],
    ["the value that a variable of the environment holds", "${json(env('NAME', vars.json))}", { NAME: "[1]" }, [1]],
    ["a map where the expression stands alone", "${vars.table}", {}, { REWIND_X: "app-dev" }],
  ])("expressions in s.yaml resolves %s", (_, text, environment, expected) => {
    const { value } = substitute({ ...document, value: text, vars: { ...document.vars, round: 1 } }, environment) as {
      value: unknown;
    };
    expect(value).toEqual(expected);
  });

  it("expressions in s.yaml does not read what a variable of the environment contains as an expression", () => {
    expect(substitute({ value: "${env('NAME')}" }, { NAME: "${vars.x}" })).toEqual({ value: "${vars.x}" });
  });

  it.each([
    ["an unset variable without default", "${env('NAME')}", "deep.list[0]: the environment variable NAME is not set"],
    ["an undefined variable", "${vars.missing}", "deep.list[0]: vars.missing is not defined"],
    ["a text that holds no JSON", "${json(env('NAME', 'x'))}", "deep.list[0]: the text in json(…) is not JSON"],
    [
      "a function it does not know",
      "${file('x')}",
      "deep.list[0]: the local cloud does not know the expression ${file('x')}",
    ],
  ])("expressions in s.yaml names the path of %s", (_, text, message) => {
    expect(() => substitute({ deep: { list: [text] } }, {})).toThrow(message);
  });

  it("expressions in s.yaml refuses a circle", () => {
    expect(() => substitute(document, {})).toThrow("refers to itself");
  });
});
