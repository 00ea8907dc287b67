import type { Clock } from "../core/clock";
import type { MnsService, ReceivedMessage } from "./mns-service";

/** The longest delay that a Node timer takes. */
const timerMsMax = 2 ** 31 - 1;

/** Receives that wait. They wake on a send and when a hidden message turns visible, and never ask the queue in between. */
export class LongPolls {
  readonly #service: MnsService;
  readonly #clock: Clock;

  constructor(service: MnsService, clock: Clock) {
    this.#service = service;
    this.#clock = clock;
  }

  /**
   * Up to `max` messages as soon as there is one; none after `waitSeconds` of real time, or when `abandoned` says that no client will
   * read the answer: a message that is received then would be hidden for nothing.
   * @throws ServiceError as `MnsService.receive`
   */
  async receive(
    queueName: string,
    max: number,
    waitSeconds: number,
    abandoned: AbortSignal,
  ): Promise<ReceivedMessage[]> {
    if (abandoned.aborted) return [];
    const received = this.#service.receive(queueName, max);
    if (received.length > 0 || waitSeconds === 0) return received;
    return new Promise((resolve, reject) => {
      let isOver = false;
      let wakeUp: NodeJS.Timeout | undefined;
      const finish = (settle: () => void) => {
        isOver = true;
        unsubscribe();
        clearTimeout(wakeUp);
        clearTimeout(deadline);
        abandoned.removeEventListener("abort", giveUp);
        settle();
      };
      const giveUp = () => finish(() => resolve([]));
      const sleep = () => {
        clearTimeout(wakeUp);
        const nextMs = this.#service.nextVisibleAtMs(queueName);
        if (nextMs === undefined) return;
        // At least a millisecond: a world's clock that stands still must not spin the timer.
        const delayMs = Math.max(nextMs - this.#clock.nowMs(), 1);
        wakeUp = setTimeout(attempt, Math.min(delayMs, timerMsMax));
      };
      const attempt = () => {
        if (isOver) return;
        try {
          const late = this.#service.receive(queueName, max);
          if (late.length > 0) finish(() => resolve(late));
          else sleep();
        } catch (error) {
          finish(() => reject(error));
        }
      };
      // Not at once: the call that announces must end first, and may be a receive of ours that has moved dead letters.
      const unsubscribe = this.#service.onSend((name) => {
        if (name === queueName) queueMicrotask(attempt);
      });
      const deadline = setTimeout(giveUp, waitSeconds * 1000);
      abandoned.addEventListener("abort", giveUp);
      sleep();
    });
  }
}
