import { decideWatch } from "../../../../shared/restore/decide/watching";
import { at, hour, instance, minute, nowMs, record, temporaryId } from "../samples";

describe("the watch over effects in doubt", () => {
  const intent = {
    call: {
      kind: "create-temporary-instance" as const,
      masterInstanceId: "rm-shop",
      restoreTimeMs: null,
      backupId: "1",
    },
    sentAtMs: nowMs,
    negativeReads: 3,
  };
  const watched = record("closed", {
    temporaryInstance: null,
    doubts: [{ intent, untilMs: nowMs + 48 * hour, found: null }],
  });

  test("the watch over effects in doubt names what appears, however late, and never touches it; ends after 48 hours", () => {
    const facts = { instances: [instance({ id: "sub2_rm-shop", createdAtMs: nowMs + 9 * hour })] };
    // Another restore that made it has a moment to write that down.
    expect(decideWatch(watched, facts, at(9 * hour + minute)).record.doubts[0]?.found).toBeNull();
    const decision = decideWatch(watched, facts, at(9 * hour + 6 * minute));
    expect(decision).toMatchObject({ call: null, record: { doubts: [{ found: "sub2_rm-shop" }] } });
    expect(
      decideWatch(watched, { instances: [instance({ createdAtMs: nowMs - 5 * hour })] }, at(5 * minute)).record
        .doubts[0]?.found,
    ).toBeNull();
    expect(decideWatch(watched, { instances: [] }, at(49 * hour)).record.doubts).toEqual([]);
    // What was found lives longer than the watch, and is named until it is gone.
    const found = decideWatch(decision.record, facts, at(49 * hour)).record;
    expect(found.doubts).toMatchObject([{ found: "sub2_rm-shop" }]);
    expect(decideWatch(found, { instances: [] }, at(58 * hour)).record.doubts).toEqual([]);
  });

  test("the watch over effects in doubt names the next one when several creates were lost", () => {
    const named = { ...watched, doubts: [{ ...watched.doubts[0]!, found: "sub1_rm-shop" }] };
    const facts = { instances: [instance({ id: "sub2_rm-shop", createdAtMs: nowMs + 9 * hour })] };
    expect(decideWatch(named, facts, at(10 * hour)).record.doubts[0]?.found).toBe("sub2_rm-shop");
    expect(decideWatch(named, { instances: [] }, at(10 * hour)).record.doubts[0]?.found).toBe("sub1_rm-shop");
  });

  test("the watch over effects in doubt does not name an instance that a person has judged already", () => {
    const judged = { ...watched, candidate: { id: "sub2_rm-shop", createdAtMs: nowMs + minute } };
    const facts = { instances: [instance({ id: "sub2_rm-shop", createdAtMs: nowMs + minute })] };
    expect(decideWatch(judged, facts, at(hour)).record.doubts[0]?.found).toBeNull();
  });

  test("the watch over effects in doubt ends at once for openings on an instance that is gone, and goes on for those on the master", () => {
    const opening = (instanceId: string) => ({
      intent: {
        call: { kind: "open-addresses" as const, instanceId, group: "rewind_x", addresses: ["192.168.0.10"] },
        sentAtMs: nowMs,
        negativeReads: 0,
      },
      untilMs: nowMs + 48 * hour,
      found: null,
    });
    const closed = record("closed", { doubts: [opening(temporaryId), opening("rm-shop")] });
    const left = decideWatch(closed, { instances: [] }, at(minute)).record.doubts;
    expect(left.map(({ intent: { call } }) => call)).toMatchObject([{ instanceId: "rm-shop" }]);
  });
});
