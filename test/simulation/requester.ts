import { nudge } from "../../shared/engine/nudging";
import { newRecord } from "../../shared/restore/accept";
import { makeRestoreId } from "../../shared/restore/names";
import { type RestoreRequest, restoreRequestSchema } from "../../shared/restore/request";
import type { Chance } from "./chance";
import type { SimulatedMaster } from "./master";
import type { World } from "./world";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Asks for a restore of the master now, as the API does for somebody. @returns the restore id */
export async function askForRestore(world: World, master: SimulatedMaster, chance: Chance): Promise<string> {
  const nowMs = world.scheduler.nowMs();
  const restoreId = makeRestoreId(nowMs, () => chance.next());
  const deps = world.dependencies(world.outsider());
  await deps.store.create(
    newRecord({
      restoreId,
      request: restoreRequestSchema.parse(requestFor(master, chance, nowMs)),
      requestedBy: "ann",
      origin: chance.happens(0.1) ? "alert" : "person",
      automaticApprovalAllowed: chance.happens(0.5),
      nowMs,
    }),
  );
  await nudge(deps, "create-temp-instance", restoreId);
  return restoreId;
}

function requestFor(master: SimulatedMaster, chance: Chance, nowMs: number): Record<string, unknown> {
  const writeBack = modeFor(master, chance);
  const inPlace = writeBack === "same-name" || writeBack === "missing-rows";
  const database = inPlace ? "shop" : chance.pick(master.databases);
  return {
    masterInstanceId: master.instance.id,
    restoreTime: new Date(restoreTimeMs(master, inPlace, chance, nowMs)).toISOString(),
    source: { allowPublicEndpoint: inPlace || chance.happens(0.6) },
    objects: [{ database, tables: inPlace || chance.happens(0.3) ? [{ name: "Orders" }] : null }],
    writeBack,
    checks: chance.happens(0.5)
      ? [{ name: "orders", database, sql: "SELECT COUNT(*) FROM dbo.Orders", expect: { min: 1 } }]
      : [],
    approval: chance.happens(0.15) ? "automatic" : "required",
    secretName: master.secretName,
    keepHours: chance.happens(0.03) ? 47 : chance.whole(1, 3),
  };
}

function modeFor(master: SimulatedMaster, chance: Chance): RestoreRequest["writeBack"] {
  const draw = chance.next();
  if (draw < 0.15) return "none";
  if (draw < 0.35) return master.accident === "table-dropped" ? "same-name" : "missing-rows";
  return "side-by-side";
}

/** Mostly some time before the accident; for modes beside the data also just now, or longer ago than there are backups. */
function restoreTimeMs(master: SimulatedMaster, inPlace: boolean, chance: Chance, nowMs: number): number {
  const draw = chance.next();
  if (!inPlace && draw < 0.15) return nowMs - chance.whole(0, 40) * minuteMs;
  if (draw > 0.97) return nowMs - 8 * 24 * hourMs;
  return master.accidentAtMs - chance.whole(1, 4 * 60) * minuteMs;
}
