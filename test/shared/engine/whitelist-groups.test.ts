import { sweep } from "../../../shared/engine/sweep";
import type { Opening } from "../../../shared/restore/model/record";
import { whitelistGroup } from "../../../shared/restore/openings";
import { Desk } from "../api/desk";
import { hourMs, rowsOf, Scene, tableOf } from "../restore/scene";

/** RDS allows 200 groups on an instance and removes none: closed ones of ours are used again. */
const closed = ["127.0.0.1"];
const oldGroup = (index: number) => whitelistGroup(`rw${index.toString(36).padStart(14, "0")}`);
const missingOrders = { objects: [{ database: "shop", tables: [{ name: "Orders" }] }], writeBack: "missing-rows" };

function accident(tempInheritsWhitelist: boolean): Scene {
  const scene = new Scene({ capabilities: { tempInheritsWhitelist } });
  scene.addTable(tableOf("Orders"), rowsOf(0, 60));
  scene.loseRows("Orders");
  return scene;
}

/** Which groups of ours on the master were ever open. */
function watchOpenGroups(scene: Scene): Set<string> {
  const seen = new Set<string>();
  const { rds } = scene.world;
  const sound = rds.call.bind(rds);
  rds.call = (action, parameters) => {
    const answer = sound(action, parameters);
    if (
      action === "ModifySecurityIps" &&
      parameters["DBInstanceId"] === "rm-shop" &&
      parameters["SecurityIps"] !== closed[0]
    )
      seen.add(String(parameters["DBInstanceIPArrayName"]));
    return answer;
  };
  return seen;
}

describe.each([true, false])(
  "a master with 199 closed groups (its temporary instance has them, too: %s)",
  (inherits) => {
    test("a master with 199 closed groups (its temporary instance has them, too: %s) is written to, in one of them, and no group of another owner is touched", async () => {
      const scene = accident(inherits);
      const { whitelist } = scene.master;
      for (let index = 1; index <= 198; index++) whitelist.set(oldGroup(index), [...closed]);
      whitelist.set("rewind_of_ours", [...closed]);
      expect(whitelist.size).toBe(200);
      const opened = watchOpenGroups(scene);
      const record = await scene.restore(missingOrders);
      expect(record.outcome).toBe("succeeded");
      expect(whitelist.size).toBe(200);
      expect([...opened]).toEqual([oldGroup(1)]);
      expect(record.openings).toContainEqual({ instanceId: "rm-shop", group: oldGroup(1), state: "closed" });
      expect(record.timeline.map(({ text }) => text).join()).toContain(`in the whitelist group ${oldGroup(1)}`);
      expect(whitelist.get(oldGroup(1))).toEqual(closed);
    });

    test("a master with 199 closed groups (its temporary instance has them, too: %s) where none of them is ours, says which call RDS refused", async () => {
      const scene = accident(inherits);
      for (let index = 1; index <= 199; index++) scene.master.whitelist.set(`office_${index}`, [...closed]);
      const restoreId = await scene.ask(missingOrders);
      const record = await scene.reach(restoreId, "holding");
      expect(record.reason?.text).toContain("QuotaExceeded");
    });
  },
);

test("a group is not used again before nothing can land any more that was sent for it", async () => {
  const scene = accident(false);
  const opened = watchOpenGroups(scene);
  const first = await scene.restore(missingOrders);
  const second = await scene.restore(missingOrders);
  expect([...opened]).toEqual([whitelistGroup(first.restoreId), whitelistGroup(second.restoreId)]);
  await scene.pass(49 * hourMs);
  const third = await scene.restore(missingOrders);
  expect([...opened]).toHaveLength(2);
  expect(third.openings).toContainEqual({
    instanceId: "rm-shop",
    group: whitelistGroup(first.restoreId),
    state: "closed",
  });
});

describe("the sweep after a lost opening", () => {
  const group = oldGroup(1);
  const opening: Opening = { instanceId: "rm-shop", group, state: "open" };
  const addresses = ["203.0.113.10"];

  /** A closed restore that watches an opening, and the group open as it would be if it had landed. */
  async function watching(): Promise<Desk> {
    const desk = await Desk.open();
    desk.addMaster();
    const call = { kind: "open-addresses", instanceId: "rm-shop", group, addresses } as const;
    const intent = { call, sentAtMs: desk.nowMs, negativeReads: 0 };
    const doubts = [{ intent, untilMs: desk.nowMs + 20 * hourMs, found: null }];
    await desk.place({ status: "closed", openings: [opening], doubts });
    await desk.deps.rds.coverWhitelistGroup("rm-shop", group, addresses);
    return desk;
  }

  test("the sweep after a lost opening closes the group", async () => {
    const desk = await watching();
    expect(await sweep(desk.deps)).toMatchObject({ closedGroups: [`${group} on rm-shop`] });
    expect((await desk.deps.rds.listWhitelist("rm-shop"))?.get(group)).toEqual(closed);
  });

  test("the sweep after a lost opening leaves it to the restore that uses it by now", async () => {
    const desk = await watching();
    await desk.place({ status: "writing", openings: [opening] }, desk.nowMs + 20 * hourMs);
    expect(await sweep(desk.deps)).toMatchObject({ closedGroups: [] });
    expect((await desk.deps.rds.listWhitelist("rm-shop"))?.get(group)).toEqual(addresses);
  });
});
