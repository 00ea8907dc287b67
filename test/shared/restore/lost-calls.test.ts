import { SeededRandom } from "../../../emulator/core/random";
import type { FaultPlan, Strike } from "../../simulation/process";
import { rowsOf, Scene, tableOf } from "./scene";

/** Every twentieth call is struck, one way or another; the create's answer is spared, because a person would have to be asked. */
function struckNowAndThen(seed: number): FaultPlan {
  const random = new SeededRandom(seed);
  const strikes: Strike[] = ["kill-before", "kill-after", "lost-request", "lost-reply", "throttle", "server-error"];
  return {
    strike: ({ label }) =>
      label.includes("CreateTempDBInstance") || random.next() > 0.05
        ? "none"
        : strikes[Math.floor(random.next() * strikes.length)]!,
    latencyMs: () => 20,
  };
}

describe.each(["same-name", "missing-rows", "side-by-side"] as const)("%s", (writeBack) => {
  test.each([1, 2, 3])(
    "%s ends with every row once although calls are lost and functions die (seed %i)",
    async (seed) => {
      const scene = new Scene({ seed, faults: struckNowAndThen(seed) });
      scene.addTable(tableOf("Orders"), rowsOf(0, 30));
      if (writeBack === "same-name") scene.dropTable("Orders");
      else scene.loseRows("Orders", (id) => id % 3 === 0);
      const restoredName = writeBack === "side-by-side" ? "shop-copy" : null;
      const objects = [{ database: "shop", restoredName, tables: [{ name: "Orders" }] }];
      const record = await scene.restore({ writeBack, objects });
      expect(record.outcome).toBe("succeeded");
      expect(scene.rows("Orders", writeBack === "side-by-side" ? "shop-copy" : "shop")).toEqual(rowsOf(0, 30));
      expect(scene.world.dts.jobs()).toEqual([]);
      expect(scene.world.rds.instances()).toEqual([scene.master]);
    },
  );
});
