import type { Chance } from "./chance";
import type { SimulatedMaster } from "./master";
import type { World } from "./world";

/** The application keeps writing to tables that no restore may touch, whatever happens around it. */
export function keepWriting(world: World, masters: readonly SimulatedMaster[], chance: Chance, untilMs: number): void {
  let serial = 1000;
  const write = () => {
    const master = chance.pick(masters);
    const database = chance.pick(master.databases);
    // What DTS had to do before this moment sees the tables as they were.
    world.settle();
    master.commit(database, { kind: "insert", schema: "dbo", table: "Log", rows: [[serial, `entry ${serial}`]] });
    serial++;
    const nextMs = world.scheduler.nowMs() + chance.whole(2, 30) * 60_000;
    if (nextMs < untilMs) world.scheduler.at(nextMs, write);
  };
  world.scheduler.after(chance.whole(1, 10) * 60_000, write);
}
