import { SqlServerData } from "../../emulator/data/sql-server-data";
import { wholeSecond } from "../../shared/restore/request/whole-seconds";
import { eventually, Scene } from "./scene";

const masters = 200;
const hourMs = 3_600_000;
/** A minute on two free cores; patience costs nothing where nothing is measured. */
jest.setTimeout(900_000);

interface Listed {
  readonly restores: readonly {
    readonly restoreId: string;
    readonly masterInstanceId: string;
    readonly status: string;
    readonly outcome: string | null;
  }[];
  readonly next: string | null;
}

test(`${masters} restores of ${masters} masters at once: none is lost, and no master ever has two temporary instances`, async () => {
  const scene = await Scene.open({
    durations: { pollMs: 2_000 },
    cloud: {
      spareListeners: masters + 8,
      // Log backups as often as RDS takes them: ten days of them are read for each master.
      timings: { createTemporaryInstanceMs: 2_000, logBackupIntervalMs: 30 * 60_000 },
    },
  });
  try {
    const { rds, kms, clock } = scene.local.cloud;
    const nowMs = clock.nowMs();
    for (let index = 0; index < masters; index++) {
      const data = new SqlServerData();
      data.setLogin({ name: "dba", password: "Many-1", super: true, rights: {} }, nowMs - 30 * hourMs);
      data.createDatabase("shop", "Chinese_PRC_CI_AS", nowMs - 30 * hourMs);
      rds.addInstance({ id: `rm-${index}`, storageGb: 100, createdAtMs: nowMs - 240 * hourMs, data });
      kms.createSecret(`rewind/rm-${index}/dba`, JSON.stringify({ AccountName: "dba", AccountPassword: "Many-1" }));
    }
    const ann = await scene.as("ann", "requester");
    // Each caller may have ten restores open.
    const callers = await Promise.all(
      Array.from({ length: masters / 10 }, (_, index) => scene.as(`caller ${index}`, "requester")),
    );
    const restoreTime = new Date(wholeSecond(nowMs - hourMs)).toISOString();
    const asked = Array.from({ length: masters }, (_, index) =>
      callers[index % callers.length]!.post<{ restoreId: string }>("/restores", {
        masterInstanceId: `rm-${index}`,
        restoreTime,
        objects: [{ database: "shop" }],
        writeBack: "none",
        secretName: `rewind/rm-${index}/dba`,
      }),
    );
    const ids = (await Promise.all(asked)).map((restore) => restore.restoreId).sort();
    expect(new Set(ids).size).toBe(masters);

    const list = async (): Promise<Listed["restores"]> => {
      const all: Listed["restores"][number][] = [];
      for (let before = ""; ; ) {
        const page = await ann.get<Listed>(`/restores?limit=100${before && `&before=${before}`}`);
        all.push(...page.restores);
        if (page.next === null) return all;
        before = page.next;
      }
    };
    const twoOnOneMaster = () => {
      const temporary = rds.instances().filter((instance) => instance.type === "Temp");
      return temporary.length - new Set(temporary.map((instance) => instance.masterInstanceId)).size;
    };
    const allHeld = () => {
      expect(twoOnOneMaster()).toBe(0);
      return ids.every((id) => scene.stored(id, "status") === "holding");
    };
    await eventually(allHeld, 200, 800_000);
    const restores = await list();
    expect(restores.map((restore) => restore.restoreId).sort()).toEqual(ids);
    expect(new Set(restores.map((restore) => `${restore.status} ${restore.outcome}`))).toEqual(
      new Set(["holding inspected"]),
    );
    expect(rds.instances().filter((instance) => instance.type === "Temp")).toHaveLength(masters);
    expect(twoOnOneMaster()).toBe(0);
  } finally {
    await scene.close();
  }
});
