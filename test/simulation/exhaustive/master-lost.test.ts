import type { Outcome } from "../../../shared/restore/model/states";
import { CrashTable, pointsOf } from "./crash-table";
import { type Day, live, type Scene } from "./day";
import { masterId } from "./small-master";
import { isCloudCall, Strikes } from "./strikes";

const hourMs = 3_600_000;
const ends: readonly Outcome[] = ["succeeded", "finished-unverified", "failed", "cancelled", "expired"];

/** What happens to the master. Deleted: RDS wants its temporary instance gone first, which takes one with the other. */
const losses = {
  deleted: ({ world }: Scene) => {
    const temporary = world.rds.instances().find((instance) => instance.masterInstanceId === masterId);
    if (temporary) world.rds.releaseEarly(temporary.id);
    world.rds.releaseEarly(masterId);
  },
  "deleted, and the temporary instance stays": ({ world }: Scene) => world.rds.releaseEarly(masterId),
  "locked for ever": ({ world }: Scene) => world.rds.lock(masterId, "ManualLock"),
  "down for six hours": ({ world }: Scene) => {
    world.rds.forceStatus(masterId, "Restarting");
    world.scheduler.after(6 * hourMs, () => world.rds.forceStatus(masterId, undefined));
  },
} as const;

const modes = [
  ["side-by-side", "configure-first"],
  ["side-by-side", "buy-first"],
  ["missing-rows", "configure-first"],
] as const;

const lossNames = Object.keys(losses) as (keyof typeof losses)[];

/** Acts once, on the record that is saved as the `number`th. */
function atSave(number: number, act: (scene: Scene) => void): NonNullable<Day["hands"]> {
  let saves = 0;
  return (_record, scene) => {
    if (saves++ === number) {
      scene.world.settle();
      act(scene);
    }
  };
}

async function countSaves(day: Day): Promise<number> {
  let saves = 0;
  const evening = await live({ ...day, hands: () => saves++ });
  expect(evening.failure).toBeNull();
  return saves;
}

/** A lock and a long maintenance do the same to every mode. */
const lives = modes.flatMap(([mode, order], index) =>
  lossNames.filter((loss) => index === 0 || loss.startsWith("deleted")).map((loss) => [mode, order, loss] as const),
);

test.each(lives)(
  "a restore %s, %s, ends although its master is %s, whenever that happens",
  async (mode, dtsOrder, loss) => {
    const day: Day = { mode, dtsOrder, ends };
    const saves = await countSaves({ ...day, ends: ["succeeded"] });
    const table = new CrashTable();
    for (let number = 0; number < saves; number++)
      table.note(await live({ ...day, hands: atSave(number, losses[loss]) }), `${loss} at save ${number}`);
    expect(table.findings).toEqual([]);
    expect(table.runs).toBeGreaterThan(35);
  },
  300_000,
);

test.each(modes)(
  "a restore %s, %s, ends although its master is deleted while a call is in doubt",
  async (mode, dtsOrder) => {
    const day: Day = { mode, dtsOrder, ends };
    const table = new CrashTable();
    for (const { number, status, label } of await pointsOf(day, isCloudCall)) {
      for (const strike of ["lost-request", "lost-reply"] as const) {
        const faults = new Strikes(new Map([[number, strike]]), { counts: isCloudCall });
        let isGone = false;
        const hands: Day["hands"] = (_record, scene) => {
          if (isGone || faults.struck === 0) return;
          isGone = true;
          scene.world.settle();
          losses.deleted(scene);
        };
        table.note(
          await live({ ...day, faults, hands }),
          `${status}: ${strike} of ${label}, and the master is deleted`,
        );
      }
    }
    expect(table.findings).toEqual([]);
  },
  300_000,
);
