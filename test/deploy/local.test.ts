import { startLocal } from "../../deploy/local";

test("settings with which no function could work are refused at the start, each by its name", async () => {
  const starting = startLocal({ built: true, durations: { restoreLagMs: 0, sweepMs: -1 } });
  await expect(starting).rejects.toThrow(/restoreLagMs is 0: it must be positive.*sweepMs is -1: it must be positive/);
});
