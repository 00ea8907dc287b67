import type { Strike } from "../process";
import { type Day, type Evening, live } from "./day";
import { Strikes } from "./strikes";

export type Blow = Exclude<Strike, "none" | "throttle" | "server-error" | "lands-late">;
export const blows: readonly Blow[] = ["kill-before", "kill-after", "lost-request", "lost-reply"];

/** One place where something can strike: the number of the changing call, the state it is made in, its name. */
export interface Point {
  readonly number: number;
  readonly status: string;
  readonly label: string;
}

/** Runs the day once without faults and numbers its changing calls. */
export async function pointsOf(day: Day, counts: (label: string) => boolean = () => true): Promise<Point[]> {
  const points: Point[] = [];
  let status = "accepted";
  const faults = new Strikes(new Map(), {
    counts: (label) => {
      if (counts(label)) points.push({ number: points.length, status, label });
      return false;
    },
  });
  const evening = await live({
    ...day,
    faults,
    hands: (record) => {
      status = record.status;
    },
  });
  if (evening.failure) throw evening.failure;
  return points;
}

/** A line of the table: calls of one name in one state, and how the days ended on which one of them was struck. */
interface Line {
  readonly name: string;
  points: number;
  readonly ends: Map<Blow, Map<string, number>>;
}

/** What came of striking each point, one blow and one run each. */
export class CrashTable {
  readonly findings: string[] = [];
  runs = 0;
  readonly #lines = new Map<string, Line>();

  /** @param blowsAt which blows a point gets; all four by default */
  async strike(
    day: Day,
    points: readonly Point[],
    blowsAt: (point: Point) => readonly Blow[] = () => blows,
  ): Promise<void> {
    for (const point of points) {
      const name = `${point.status}: ${point.label}`;
      const line = this.#lines.get(name) ?? { name, points: 0, ends: new Map() };
      this.#lines.set(name, line);
      line.points++;
      for (const blow of blowsAt(point)) {
        const faults = new Strikes(new Map([[point.number, blow]]));
        const what = `${blow} at ${point.number} ${name}`;
        const end = this.note(await live({ ...day, faults }), what);
        if (faults.struck !== 1) this.findings.push(`${what}: struck ${faults.struck} times`);
        const ends = line.ends.get(blow) ?? new Map<string, number>();
        line.ends.set(blow, ends.set(end, (ends.get(end) ?? 0) + 1));
      }
    }
  }

  /** Counts a run; what broke is a finding. */
  note(evening: Evening, what: string): string {
    this.runs++;
    if (!evening.failure) return evening.outcome ?? "open";
    this.findings.push(`${what}: ${evening.failure.message}`);
    return "BROKEN";
  }

  print(title: string): void {
    process.stdout.write(`\n${title}: ${this.runs} runs\n${this.toString()}\n`);
  }

  toString(): string {
    const rows = [
      ["call", "points", ...blows],
      ...[...this.#lines.values()].map((line) => [
        line.name,
        String(line.points),
        ...blows.map((blow) => [...(line.ends.get(blow)?.keys() ?? [])].join("/")),
      ]),
    ];
    const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
    return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")).join("\n");
  }
}
