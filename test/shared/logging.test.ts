import { createLog, type LogSettings } from "../../shared/logging";

function logged(write: (log: ReturnType<typeof createLog>) => void, settings: Partial<LogSettings> = {}): string[] {
  const lines: string[] = [];
  write(createLog({ level: "info", sink: (line) => lines.push(line), ...settings }));
  return lines;
}

test("a fact is one line of JSON: level, message, fields", () => {
  const [line] = logged((log) => log("warn", "a read failed", { restoreId: "rw1", lines: "one\ntwo", count: 7n }));
  expect(line).toBe('{"level":"warn","msg":"a read failed","restoreId":"rw1","lines":"one\\ntwo","count":"7"}');
});

test("levels below the chosen one are left out", () => {
  const write = (log: ReturnType<typeof createLog>) => {
    for (const level of ["debug", "info", "warn", "error"] as const) log(level, level);
  };
  expect(logged(write)).toHaveLength(3);
  expect(logged(write, { level: "debug" })).toHaveLength(4);
  expect(logged(write, { level: "error" })).toEqual(['{"level":"error","msg":"error"}']);
});

test("a field cannot pass for the level or the message", () => {
  const [line] = logged((log) => log("warn", "alarm", { level: "CRITICAL", msg: "other" }));
  expect(JSON.parse(line!)).toEqual({ level: "warn", msg: "alarm" });
});

test("an error shows its stack", () => {
  const [line] = logged((log) => log("error", "failed", { error: new TypeError("no such thing") }));
  expect(JSON.parse(line!).error).toMatch(/^TypeError: no such thing\n\s+at /);
});

test("an API key is masked wherever it stands, and its id stays", () => {
  const key = `rewind_key_0123456789ab_${"f".repeat(64)}`;
  const [line] = logged((log) => log("warn", "x", { path: `/restores/${key}`, error: new Error(`no ${key}`) }));
  expect(line).not.toContain("ffff");
  expect(JSON.parse(line!).path).toBe("/restores/rewind_key_0123456789ab_***");
});

test("fields named like secrets are masked at any depth, a secret's name is not", () => {
  const fields = {
    secretName: "rewind/rm-1/dba",
    Password: "one",
    nested: [{ securityToken: "two", SecretData: "three", accessKeySecret: "four" }],
    headers: { Authorization: "five" },
  };
  const [line] = logged((log) => log("info", "call", fields));
  expect(line).not.toMatch(/one|two|three|four|five/);
  expect(JSON.parse(line!).secretName).toBe("rewind/rm-1/dba");
});

test("a known secret is masked wherever it turns up, however it is spelled there", () => {
  const secret = 'p"w&d/1\\ü';
  const fields = {
    plain: `login failed for ${secret}`,
    json: JSON.stringify({ given: secret }),
    url: `https://dts.aliyuncs.com/?Given=${encodeURIComponent(secret)}&A=1`,
    error: new Error(secret),
  };
  const [line] = logged((log) => log("info", `message ${secret}`, fields), { secrets: () => [secret] });
  const shown = JSON.parse(line!);
  expect(shown).toMatchObject({
    msg: "message ***",
    plain: "login failed for ***",
    json: '{"given":"***"}',
    url: "https://dts.aliyuncs.com/?Given=***&A=1",
  });
  expect(shown.error).toMatch(/^Error: \*\*\*\n/);
});

test("secrets that become known later are masked from then on", () => {
  const known = new Set<string>();
  const lines = logged(
    (log) => {
      known.add("hunter2");
      log("info", "the password is hunter2");
    },
    { secrets: () => known },
  );
  expect(lines[0]).not.toContain("hunter2");
});

test("a short or empty secret breaks no line", () => {
  const [line] = logged((log) => log("info", "11 rows", { count: 11 }), { secrets: () => ["", "1", '"'] });
  expect(JSON.parse(line!)).toEqual({ level: "info", msg: "****** rows", count: 11 });
});
