import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { CapabilitiesFileError, type MeasuredFacts, readCapabilitiesFile } from "../emulator/capabilities-file";
import { settledBy } from "./measured";
import { Refusal } from "./refusal";
import { readSettings, type Settings, SettingsError } from "./settings";
import { type Stage, stageOf } from "./stage";

const root = path.resolve(__dirname, "..");

/**
 * The deployment that a settings file describes, with the key of the environment.
 * @param file as given on the command line, from the folder of the project
 * @throws SettingsError
 */
export function readStage(file: string, check: (settings: Settings) => void = () => {}): Stage {
  const settings = readSettingsFile(path.resolve(root, file));
  check(settings);
  return stageOf(settings, readCredentials(process.env));
}

function readSettingsFile(file: string): Settings {
  if (existsSync(file)) {
    const settings = readSettings(readFileSync(file, "utf8"));
    return settings.capabilities === null ? settings : settledBy(readMeasured(settings.capabilities), settings);
  }
  throw new SettingsError([`There is no ${file}. Copy rewind.example.yaml to rewind.yaml and change it.`]);
}

/** @param file from the folder of the project. @throws SettingsError */
export function readMeasured(file: string): MeasuredFacts {
  const whole = path.resolve(root, file);
  if (!existsSync(whole))
    throw new SettingsError([
      `capabilities is ${file}, which is not there. Take the line out of rewind.yaml, or make the file: npm run doctor -- --probe.`,
    ]);
  try {
    return readCapabilitiesFile(readFileSync(whole, "utf8")).facts;
  } catch (error) {
    if (error instanceof CapabilitiesFileError)
      throw new SettingsError(error.problems.map((problem) => `${file}: ${problem}.`));
    throw error;
  }
}

/** The credentials of the person who deploys. @throws SettingsError */
function readCredentials(environment: NodeJS.ProcessEnv) {
  const { ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN } = environment;
  const given = { ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET };
  const missing = Object.entries(given).filter(([, value]) => !value);
  if (missing.length > 0)
    throw new SettingsError(
      missing.map(([name]) => `${name} is not set in the environment: the key of the person who deploys.`),
    );
  return {
    accessKeyId: ALIBABA_CLOUD_ACCESS_KEY_ID!,
    accessKeySecret: ALIBABA_CLOUD_ACCESS_KEY_SECRET!,
    ...(ALIBABA_CLOUD_SECURITY_TOKEN ? { securityToken: ALIBABA_CLOUD_SECURITY_TOKEN } : {}),
  };
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs a command of this folder to its exit code. What speaks against it, or ended it, goes to stderr in words. */
export function runCommand(main: (argv: readonly string[]) => Promise<number>): void {
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      const lines = text.split("\n").map((line) => `  ${line}`);
      const first = error instanceof SettingsError ? "Nothing was sent. Put this right first:" : "It ended here:";
      process.stderr.write(
        `${first}\n${(error instanceof SettingsError || error instanceof Refusal ? lines : [text]).join("\n")}\n`,
      );
      process.exitCode = 1;
    },
  );
}
