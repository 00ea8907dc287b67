import { rowValue } from "../../../shared/restore/model/row-value";
import { commandKinds, states, statuses } from "../../../shared/restore/model/states";
import { type Answer, Desk, minute } from "./desk";

/** What people ask of a restore: accepted only where the table of states has it, and only by who may. */
let desk: Desk;

beforeEach(async () => {
  desk = await Desk.open();
  desk.addMaster();
});

const hash = "a".repeat(64);
const bodies: Record<string, object> = {
  approve: { planHash: hash },
  extend: { keepHours: 4 },
  "confirm-instance": { instanceId: "rm-temp", ours: true },
};

const give = (restoreId: string, kind: string, body: object = bodies[kind] ?? {}, token?: string) =>
  desk.ask("POST", `/restores/${restoreId}/${kind}`, { body, token });

describe.each(statuses)("while a restore is %s", (status) => {
  test.each(commandKinds)("%s is recorded, or refused with what is possible instead", async (kind) => {
    const restoreId = await desk.place({ status, planHash: hash });
    const answer = await give(restoreId, kind);
    const commands = await desk.deps.store.listCommands(restoreId);
    if (states[status].commands.includes(kind)) {
      expect(answer).toMatchObject({ status: 202, body: { kind, state: "pending", by: "root" } });
      expect(commands).toHaveLength(1);
      const found = await desk.ask("GET", answer.headers["location"]!);
      expect(found).toMatchObject({ status: 200, body: { commandId: answer.body.commandId } });
    } else {
      expect(answer).toMatchObject({
        status: 409,
        body: { status: 409, code: "command-not-possible", restoreStatus: status },
      });
      expect(answer.body.detail).toContain(states[status].commands.join(", ") || "nothing");
      expect(commands).toEqual([]);
    }
  });
});

test.each([
  ["approve", {}],
  ["approve", { planHash: "abc" }],
  ["approve", { planHash: hash, by: "root" }],
  ["cancel", { force: true }],
  ["extend", {}],
  ["extend", { keepHours: 0 }],
  ["extend", { keepHours: "4" }],
  ["confirm-instance", { instanceId: "rm-temp" }],
  ["confirm-instance", { instanceId: "", ours: true }],
])("%s with the body %j is refused for its form", async (kind, body) => {
  const restoreId = await desk.place({ status: "holding" });
  expect(await give(restoreId, kind, body)).toMatchObject({ status: 400, body: { code: "invalid-request" } });
});

test("an approval with the hash of an older plan approves nothing", async () => {
  const restoreId = await desk.place({ status: "awaiting-approval", planHash: hash });
  const answer = await give(restoreId, "approve", { planHash: "b".repeat(64) });
  expect(answer).toMatchObject({ status: 409, body: { code: "plan-hash-mismatch" } });
  expect(await desk.deps.store.listCommands(restoreId)).toEqual([]);
});

test("where the operators stopped write-backs nothing is approved, and everything else is taken", async () => {
  desk.acceptsWriteBacks = false;
  const restoreId = await desk.place({ status: "awaiting-approval", planHash: hash });
  const refused = await give(restoreId, "approve", { planHash: hash });
  expect([refused.status, refused.body.code, refused.body.detail]).toEqual([
    503,
    "write-backs-stopped",
    "The operators stopped write-backs (acceptWriteBacks). Nothing was approved. The restore keeps waiting until its deadline; approve later.",
  ]);
  expect((await give(restoreId, "cancel", {})).status).toBe(202);
  desk.acceptsWriteBacks = true;
  expect((await give(restoreId, "approve", { planHash: hash })).status).toBe(202);
});

test("under the two-person rule the requester approves nothing, and somebody else does", async () => {
  desk.twoPersonRule = "always";
  const restoreId = await desk.place({ status: "awaiting-approval", planHash: hash, requestedBy: "ann" });
  const ann = await desk.token({ subject: "ann", roles: ["requester", "approver", "admin"] });
  const bob = await desk.token({ subject: "bob", roles: ["approver"] });
  expect(await give(restoreId, "approve", { planHash: hash }, ann)).toMatchObject({
    status: 403,
    body: { code: "two-person-rule" },
  });
  expect(await desk.deps.store.listCommands(restoreId)).toEqual([]);
  expect(await give(restoreId, "approve", { planHash: hash }, bob)).toMatchObject({ status: 202, body: { by: "bob" } });
});

test("one person with two tokens is one person, and another spelling of the subject is another", async () => {
  desk.twoPersonRule = "always";
  const restoreId = await desk.place({ status: "awaiting-approval", planHash: hash, requestedBy: "ann" });
  const token = (subject: string, expires: string) => desk.token({ subject, roles: ["approver"], expires });
  for (const expires of ["5m", "2h"])
    expect(await give(restoreId, "approve", { planHash: hash }, await token("ann", expires))).toMatchObject({
      status: 403,
      body: { code: "two-person-rule" },
    });
  expect(await give(restoreId, "approve", { planHash: hash }, await token("Ann", "1h"))).toMatchObject({ status: 202 });
});

test.each([null, "b".repeat(64)])(
  "a restore whose plan has the hash %j is not approved with another",
  async (planHash) => {
    desk.twoPersonRule = "never";
    const restoreId = await desk.place({ status: "awaiting-approval", planHash });
    expect(await give(restoreId, "approve", { planHash: hash })).toMatchObject({
      status: 409,
      body: { code: "plan-hash-mismatch", detail: expect.stringMatching(/Nothing was approved\.$/) },
    });
    expect(await desk.deps.store.listCommands(restoreId)).toEqual([]);
  },
);

test("commands that pile up are refused before they bury the restore", async () => {
  const restoreId = await desk.place({ status: "holding" });
  const answers: Answer[] = [];
  for (let count = 0; count < 25; count++) answers.push(await give(restoreId, "extend"));
  expect(answers.filter((answer) => answer.status === 202)).toHaveLength(20);
  expect(answers.at(-1)).toMatchObject({ status: 429, body: { code: "too-many-commands" } });
});

test("the first of two approvals at once counts, the second is told so, and one migration runs", async () => {
  const asked = await desk.ask("POST", "/restores", { body: desk.body() });
  const { restoreId } = asked.body;
  const { planHash } = await desk.reach(restoreId, "awaiting-approval");
  const shown = await desk.ask("GET", `/restores/${restoreId}`);
  expect(shown.body).toMatchObject({ planHash, possibleCommands: ["approve", "reject", "cancel"] });
  const given = await Promise.all([1, 2].map(() => give(restoreId, "approve", { planHash })));
  expect(given.map((answer) => answer.status)).toEqual([202, 202]);
  await desk.world.scheduler.run(desk.nowMs + 10 * minute, () => false);
  const ends = await Promise.all(given.map((answer) => desk.ask("GET", answer.headers["location"]!)));
  expect(ends.map((answer) => answer.body.state).sort()).toEqual(["accepted", "refused"]);
  expect(desk.world.dts.jobs().length).toBeLessThanOrEqual(1);
  const timeline = await desk.ask("GET", `/restores/${restoreId}/events`);
  const texts = timeline.body.events.map((event: { text: string }) => event.text);
  expect(texts.filter((text: string) => text === "approve by root")).toHaveLength(1);
});

test.each([
  "accepted",
  "creating-source",
  "verifying",
  "configuring",
  "prechecking",
  "awaiting-approval",
  "starting",
  "writing",
  "comparing",
  "withdrawing",
  "cleaning-up",
])("a cancel while %s ends the restore, and nothing of it stays in the cloud", async (status) => {
  const asked = await desk.ask("POST", "/restores", { body: desk.body({ source: { allowPublicEndpoint: true } }) });
  const { restoreId } = asked.body;
  const statusNow = () => desk.world.record(restoreId).status;
  const reach = (wanted: string) =>
    desk.world.scheduler.run(desk.nowMs + 50 * 60 * minute, () => statusNow() === wanted);
  if (isAfterApproval(status)) {
    const { planHash } = await desk.reach(restoreId, "awaiting-approval");
    await give(restoreId, "approve", { planHash });
  }
  expect(await reach(status)).toBe(true);
  expect(await give(restoreId, "cancel")).toMatchObject({ status: 202 });
  expect(await reach("closed")).toBe(true);
  expect(desk.world.rds.instances().map((instance) => instance.id)).toEqual(["rm-shop"]);
  expect(desk.world.dts.jobs()).toEqual([]);
});

function isAfterApproval(status: string): boolean {
  return ["starting", "writing", "comparing", "withdrawing", "cleaning-up"].includes(status);
}

describe("what became of a command whose row was never marked", () => {
  const look = async (given: Answer) => (await desk.ask("GET", given.headers["location"]!)).body;
  const change = async (restoreId: string, changes: object) => {
    const read = (await desk.deps.store.read(restoreId))!;
    await desk.deps.store.save(read, { ...read.record, ...changes });
  };

  test("what became of a command whose row was never marked is told by the record that took it", async () => {
    const restoreId = await desk.place({ status: "holding" });
    const given = await give(restoreId, "release");
    const { commandId } = given.body;
    const handled = { commandId, kind: "release", accepted: true, text: "release is accepted." };
    await change(restoreId, { status: "closed", handledCommands: [handled] });
    expect(await look(given)).toMatchObject({ state: "accepted", text: "release is accepted." });
  });

  test("what became of a command whose row was never marked is told without row values", async () => {
    const given = await give(await desk.place({ status: "holding" }), "release");
    const { commandId } = given.body;
    const text = `refused: ${rowValue("4711-Smith")} is there.`;
    await change(given.body.restoreId, { handledCommands: [{ commandId, kind: "release", accepted: false, text }] });
    expect(await look(given)).toMatchObject({ state: "refused", text: "refused: (shown to data-reader) is there." });
  });

  test("what became of a command whose row was never marked is a refusal once the restore is over: no run will take it", async () => {
    const restoreId = await desk.place({ status: "cleaning-up" });
    const given = await give(restoreId, "cancel");
    await change(restoreId, { status: "closed" });
    expect(await look(given)).toMatchObject({ state: "refused", text: expect.stringContaining("over before") });
  });
});
