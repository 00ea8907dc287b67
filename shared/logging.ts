const levels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof levels)[number];

/** Field names whose values never reach a log. */
const secretNames = /password|secret$|token|authorization|accesskey/i;

export interface LogSettings {
  readonly level: LogLevel;
  /** Takes one line without its end. */
  readonly sink: (line: string) => void;
  /** Texts that must not appear in a line, whatever field they come in. */
  readonly secrets?: () => Iterable<string>;
}

/** One JSON line per fact: level, message, fields. The platform adds the time. */
export function createLog(settings: LogSettings) {
  const from = levels.indexOf(settings.level);
  return (level: LogLevel, message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
    if (levels.indexOf(level) < from) return;
    let line = JSON.stringify({ level, msg: message, ...fields }, (name, value: unknown) =>
      secretNames.test(name) && name !== "secretName" ? "***" : value,
    );
    for (const secret of settings.secrets?.() ?? []) line = line.replaceAll(JSON.stringify(secret).slice(1, -1), "***");
    settings.sink(line);
  };
}
