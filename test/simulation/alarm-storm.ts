import { type AlertRule, readAlertRules } from "../../shared/alerts/rules";
import type { AlarmQueue } from "./alarm-queue";
import type { Chance } from "./chance";
import type { SimulatedMaster } from "./master";
import type { World } from "./world";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** One rule for each master: its alarms start an inspect-only restore of the shop. */
export function stormRules(masters: readonly SimulatedMaster[], chance: Chance): AlertRule[] {
  const rules = masters.map(({ instance, secretName }) => ({
    name: `rows vanish on ${instance.id}`,
    match: { masterInstanceId: instance.id, levels: ["CRITICAL", "ALERT"] },
    minutesBefore: chance.whole(5, 60),
    objects: [{ database: "shop" }],
    secretName,
    keepHours: 1,
    dailyCap: chance.whole(1, 3),
    allowPublicEndpoint: chance.happens(0.5),
  }));
  const read = readAlertRules(JSON.stringify(rules));
  if (!read.rules) throw new Error(read.problems.join("; "));
  return read.rules;
}

/** A few storms of alarms until then: many of one master within minutes, the same ones again, some of them late. */
export function raiseStorms(
  world: World,
  masters: readonly SimulatedMaster[],
  queue: AlarmQueue,
  chance: Chance,
  untilMs: number,
): void {
  const { scheduler } = world;
  const startMs = scheduler.nowMs();
  const midnightMs = Math.ceil(startMs / dayMs) * dayMs;
  const storms = chance.whole(1, 4);
  for (let storm = 0; storm < storms; storm++) {
    const fromMs = chance.happens(0.4)
      ? midnightMs - chance.whole(0, 40) * minuteMs
      : chance.whole(startMs, untilMs - 30 * minuteMs);
    const master = chance.pick(masters);
    const alarms = chance.whole(1, 30);
    for (let index = 0; index < alarms; index++) {
      const atMs = fromMs + (chance.happens(0.5) ? 0 : chance.whole(1, 20) * minuteMs);
      const body = alarmOf(master, atMs, chance);
      const copies = chance.happens(0.3) ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        const lateMs = chance.happens(0.2) ? chance.whole(1, 90) * minuteMs : chance.whole(0, 5_000);
        scheduler.at(atMs + lateMs, () => queue.put(body));
      }
    }
  }
}

function alarmOf(master: SimulatedMaster, atMs: number, chance: Chance): string {
  const { id } = master.instance;
  const draw = chance.next();
  if (draw < 0.05) return "the database is on fire";
  if (draw < 0.1) return JSON.stringify({ masterInstanceId: "rm-unknown", at: new Date(atMs).toISOString() });
  if (draw < 0.4)
    return JSON.stringify({ masterInstanceId: id, at: new Date(atMs).toISOString(), reason: "audit log" });
  return JSON.stringify({
    ruleName: "deletes per second",
    curLevel: draw < 0.5 ? "OK" : draw < 0.6 ? "INFO" : "CRITICAL",
    preLevel: "OK",
    resources: JSON.stringify({ instanceId: id, userId: "1" }),
    metricName: "IOPSUsage",
    namespace: "acs_rds_dashboard",
    metricData: { timestamp: atMs - minuteMs, instanceId: id, Average: 97.3 },
    time: chance.happens(0.5) ? atMs : String(atMs),
  });
}
