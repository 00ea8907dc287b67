import { withoutValues } from "./restore/model/row-value";

const levels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof levels)[number];

/** Field names whose values never reach a log. `secretName` is a name, not a secret. */
const secretNames = /password|secret(data|value)?$|token|authorization|accesskey/i;

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
    const secrets = [...(settings.secrets?.() ?? [])].filter(Boolean).flatMap(spellings);
    const shown = (name: string, value: unknown): unknown => {
      if (secretNames.test(name)) return "***";
      if (value instanceof Error) return masked(value.stack ?? value.message, secrets);
      if (typeof value === "bigint") return String(value);
      return typeof value === "string" ? masked(value, secrets) : value;
    };
    const fact = { level, msg: message };
    settings.sink(JSON.stringify({ ...fact, ...fields, ...fact }, shown));
  };
}

/** As it is, as part of a JSON text, and as part of a URL. The longest first, so that no half of one stays. */
function spellings(secret: string): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [...new Set([inJson, encodeURIComponent(secret), secret])].sort((left, right) => right.length - left.length);
}

/** API keys of callers: the log never learns which ones there are, so it knows them by their form. */
const apiKey = /rewind_key_([0-9a-f]{12})_[0-9a-f]{64}/g;

function masked(text: string, secrets: readonly string[]): string {
  const withoutKeys = withoutValues(text).replace(apiKey, "rewind_key_$1_***");
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), withoutKeys);
}
