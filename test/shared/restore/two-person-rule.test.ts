import { takeCommand } from "../../../shared/restore/decide/commands";
import { needsTwoPeople, type twoPersonRules } from "../../../shared/restore/plan/two-person-rule";
import { restoreRequestSchema } from "../../../shared/restore/request/request";
import { at, record, request } from "./samples";

const writeBackModes = restoreRequestSchema.shape.writeBack.unwrap().options;

test("two people are needed always, for what writes into tables that exist, or never", () => {
  const modes = (rule: (typeof twoPersonRules)[number]) => writeBackModes.filter((mode) => needsTwoPeople(rule, mode));
  expect(modes("always")).toEqual([...writeBackModes]);
  expect(modes("live-writes")).toEqual(["missing-rows"]);
  expect(modes("never")).toEqual([]);
});

test.each([
  ["always", "side-by-side", false],
  ["always", "missing-rows", false],
  ["live-writes", "side-by-side", true],
  ["live-writes", "same-name", true],
  ["live-writes", "missing-rows", false],
  ["never", "missing-rows", true],
] as const)("%s: the requester's own approval of %s is taken: %s", (twoPersonRule, writeBack, accepted) => {
  const planned = record("awaiting-approval", { request: request({ writeBack }) });
  const approve = {
    restoreId: planned.restoreId,
    commandId: "c00000000000001",
    kind: "approve" as const,
    by: planned.requestedBy,
    atMs: at(0).nowMs,
    planHash: planned.planHash,
    keepHours: null,
    instanceId: null,
    ours: null,
    state: "pending" as const,
    text: null,
  };
  const context = at(0, { twoPersonRule });
  expect(takeCommand(planned, approve, context).handled.accepted).toBe(accepted);
  expect(takeCommand(planned, { ...approve, by: "somebody else" }, context).handled.accepted).toBe(true);
});
