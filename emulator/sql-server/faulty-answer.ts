import type { Socket } from "node:net";
import type { FaultRule } from "../core/faults";
import { SqlError } from "../data/sql-error";
import type { Channel } from "./tls/channel";

/** How long an answer that `hang`s is held back if the rule names no time: longer than clients wait for a login. */
const hangMs = 20_000;

/** What a struck login or request is refused with: SQL Server's errors for a busy or starting server, a lock and a deadlock. */
const refusals = {
  Login: {
    throttle: () =>
      new SqlError(
        17809,
        "Could not connect because the maximum number of '32767' user connections has already been reached. The system administrator can use sp_configure to increase the maximum value. The connection has been closed.",
        20,
      ),
    failure: () =>
      new SqlError(
        18401,
        "Login failed. Reason: Server is in script upgrade mode. Only administrator can connect at this time.",
        14,
      ),
  },
  Request: {
    throttle: () => new SqlError(1222, "Lock request time out period exceeded.", 16, 45),
    failure: () =>
      new SqlError(
        1205,
        "Transaction was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.",
        13,
        51,
      ),
  },
};

/** One answer on its way to the client, under the fault rule that strikes it, if any. */
export class FaultyAnswer {
  readonly #held: Buffer[] = [];

  constructor(
    readonly action: "Login" | "Request",
    readonly fault: FaultRule | undefined,
    readonly channel: Channel,
  ) {}

  /** Before the work. @throws SqlError of a fault that is answered without doing it */
  begin(): void {
    switch (this.fault?.kind) {
      case "throttle":
        throw refusals[this.action].throttle();
      case "server-error":
      case "success-false":
        throw refusals[this.action].failure();
    }
  }

  send(packet: Buffer): void {
    if (this.fault?.kind === "hang" || this.fault?.kind === "lost-reply") this.#held.push(packet);
    else this.channel.write(packet);
  }

  /** After the last packet: lets go what was held back, late or never. */
  async end(): Promise<void> {
    if (this.fault?.kind === "lost-reply") this.channel.destroy();
    if (this.fault?.kind !== "hang") return;
    await openFor(this.channel.socket, this.fault.delayMs ?? hangMs);
    this.channel.write(Buffer.concat(this.#held));
  }
}

/** Resolves after `delayMs`, or as soon as the socket is closed. */
function openFor(socket: Socket, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      socket.off("close", end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    socket.once("close", end);
  });
}
