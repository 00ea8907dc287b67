import { allowedActions } from "./allowed-actions";
import { eventually, Scene } from "./scene";

/** The roles that the Internet and alarms can reach, held against what their functions do: no action is missing, none is unused. */
let opened: Promise<Scene> | undefined;
const scene = () => {
  const objects = [{ database: "shop" }];
  const rule = { name: "rows deleted", match: { masterInstanceId: "rm-alarm" }, minutesBefore: 5, objects };
  const alertRules = [{ ...rule, secretName: "rewind/rm-alarm/dba" }];
  opened ??= Scene.open({ settings: { alertRules } });
  return opened;
};
afterAll(async () => (await opened)?.close());
jest.setTimeout(600_000);

test("the API uses just what it may do", async () => {
  const shop = await (await scene()).addShop("rm-api");
  const { access } = shop.scene.local.cloud;
  await shop.ann.post("/plans", shop.request());
  await shop.ann.get(`/masters/${shop.sample.instance.id}/recovery-window`);
  await shop.ann.get(`/masters/${shop.sample.instance.id}/objects?secretName=${shop.sample.secretName}`);
  const restoreId = await shop.start();
  await shop.ann.get("/restores");
  await shop.command(restoreId, "cancel");
  expect(access.usedBy("rewind-local-api")).toEqual(allowedActions("api"));
});

test("alarms use just what they may do", async () => {
  const shop = await (await scene()).addShop("rm-alarm");
  const { access, mns, clock } = shop.scene.local.cloud;
  const alarm = { masterInstanceId: "rm-alarm", at: new Date(clock.nowMs()).toISOString() };
  mns.send("rewind-local-restore-on-alert", JSON.stringify(alarm));
  await eventually(() => access.usedBy("rewind-local-alarm").length === allowedActions("alarm").length);
  expect(access.usedBy("rewind-local-alarm")).toEqual(allowedActions("alarm"));
});
