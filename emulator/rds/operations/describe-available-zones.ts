import { required, text, unplayed } from "../../rpc/parameters";
import { rdsOperation } from "../rds-operation";

const categories = ["Basic", "HighAvailability", "AlwaysOn"] as const;
const storageTypes = ["local_ssd", "cloud_ssd", "cloud_essd"] as const;

/** DescribeAvailableZones (rds-modern reference 5): zones that sell the version, each with editions and storage types. */
export const describeAvailableZones = rdsOperation({
  action: "DescribeAvailableZones",
  parameters: {
    RegionId: required(text()),
    Engine: required(text()),
    EngineVersion: text(),
    ZoneId: text(),
    Category: text(),
    CommodityCode: text(),
    DispenseMode: unplayed,
    DBInstanceName: unplayed,
  },
  errors: {},
  run({ sale, network, options }, { Engine, EngineVersion, ZoneId, Category }) {
    const sold = categories
      .filter((category) => Category === undefined || category === Category)
      .map((category) => ({
        Category: category,
        SupportedStorageTypes: storageTypes
          .filter((storageType) => sale.offered({ storageType, category }).length > 0)
          .map((StorageType) => ({ StorageType })),
      }))
      .filter(({ SupportedStorageTypes }) => SupportedStorageTypes.length > 0);
    const zones = network.zones().filter((zoneId) => ZoneId === undefined || zoneId === ZoneId);
    return {
      AvailableZones: zones.map((zoneId) => ({
        RegionId: options.regionId,
        ZoneId: zoneId,
        SupportedEngines: [
          {
            Engine,
            SupportedEngineVersions: [
              { Version: EngineVersion ?? "2019_std_ha", SupportedCategorys: Engine === "SQLServer" ? sold : [] },
            ],
          },
        ],
      })),
    };
  },
});
