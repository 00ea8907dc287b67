import { deciders } from "../../../shared/restore/decide";
import { commandKinds, isLegalTransition, type Status, states, statuses } from "../../../shared/restore/model/states";
import { rows } from "../../../shared/restore/source/rows";
import { enter } from "../../../shared/restore/transition";
import { record } from "./samples";

describe("the table of states", () => {
  test("the table of states has a row and a decision for each state, and leads only to states it knows", () => {
    expect(Object.keys(states).sort()).toEqual([...statuses].sort());
    const own = rows.flatMap(({ decides }) => Object.values(decides));
    expect(Object.keys(deciders).sort()).toEqual([...statuses, ...own].sort());
    for (const row of Object.values(states)) for (const next of row.leavesTo) expect(statuses).toContain(next);
  });

  test("the table of states reaches every state from accepted, and closed from every state", () => {
    const reachable = (from: Status): Set<Status> => {
      const found = new Set<Status>([from]);
      for (const status of found) for (const next of states[status].leavesTo) found.add(next);
      return found;
    };
    expect(reachable("accepted").size).toBe(statuses.length);
    for (const status of statuses) expect(reachable(status)).toContain("closed");
  });

  test("the table of states lets DTS write only behind starting", () => {
    const into = statuses.filter((status) => isLegalTransition(status, "writing"));
    expect(into.sort()).toEqual(["prechecking", "starting"]);
    expect(statuses.filter((status) => isLegalTransition(status, "starting"))).toEqual(["awaiting-approval"]);
  });

  test("offers approve and reject only while an approval is awaited, and cancel everywhere but at the end", () => {
    for (const status of statuses) {
      expect(states[status].commands.includes("approve")).toBe(status === "awaiting-approval");
      expect(states[status].commands.includes("reject")).toBe(status === "awaiting-approval");
      expect(states[status].commands.includes("cancel")).toBe(status !== "closed");
      for (const command of states[status].commands) expect(commandKinds).toContain(command);
    }
  });

  test("the table of states refuses an illegal transition as a bug", () => {
    for (const from of statuses) {
      for (const to of statuses) {
        const attempt = () => enter(record(from), to, 0, "x");
        if (isLegalTransition(from, to)) expect(attempt().status).toBe(to);
        else expect(attempt).toThrow("illegal transition");
      }
    }
  });
});
