import type { AlarmClock } from "./alarm-clock";
import { timerEvent } from "./events";
import { parseSchedule } from "./schedule";
import type { TimerTrigger } from "./trigger-definition";

/**
 * Starts one timer trigger. On a scaled clock the platform's time runs faster from the start on. Runs missed while the clock jumped
 * are not made up for: the trigger fires once and goes on from now.
 * @param invoke is called with the event when the trigger fires; the platform calls functions from timers asynchronously
 * @returns how to stop it
 */
export function startTimer(trigger: TimerTrigger, alarms: AlarmClock, invoke: (event: Buffer) => void): () => void {
  const { cronExpression, enable, payload = "" } = trigger.triggerConfig;
  if (!enable) return () => undefined;
  const schedule = parseSchedule(cronExpression);
  const startMs = alarms.nowMs();
  const platformMs = (realMs: number) => startMs + (realMs - startMs) / alarms.scale;
  const realMs = (platform: number) => startMs + (platform - startMs) * alarms.scale;
  let cancel = () => {};

  function arm(afterPlatformMs: number): void {
    let nextPlatformMs = schedule.nextAfterMs(afterPlatformMs);
    const nowPlatformMs = platformMs(alarms.nowMs());
    while (nextPlatformMs <= nowPlatformMs) nextPlatformMs = schedule.nextAfterMs(nextPlatformMs);
    const dueMs = realMs(nextPlatformMs);
    cancel = alarms.at(dueMs, () => {
      invoke(timerEvent(trigger.triggerName, dueMs, payload));
      arm(nextPlatformMs);
    });
  }

  arm(startMs);
  return () => cancel();
}
