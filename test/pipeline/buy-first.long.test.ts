import { Scene } from "./scene";
import { restoreCopyFirst, restoreOverPublicEndpoint } from "./whole-restore";

/** The same restores where an unbought job cannot be prechecked: approval first, then precheck and migration in one go. */
let opened: Promise<Scene> | undefined;
const scene = () => {
  opened ??= Scene.open({
    settings: { dtsOrder: "buy-first" },
    cloud: { capabilities: { unboughtJobPrechecks: false } },
  });
  return opened;
};
afterAll(async () => (await opened)?.close());
jest.setTimeout(600_000);

test.concurrent("with checks over a public endpoint, every row comes back, compared, and nothing is left", async () =>
  restoreOverPublicEndpoint(await scene(), "rm-public"));

test.concurrent("copy first: the checks run on the copy", async () => restoreCopyFirst(await scene(), "rm-copyfirst"));
