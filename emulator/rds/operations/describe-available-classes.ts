import { oneOf, required, text, unplayed, withDefault } from "../../rpc/parameters";
import { rdsOperation } from "../rds-operation";

/** DescribeAvailableClasses (rds-modern reference 5): what is sold in one zone, as a plain array. */
export const describeAvailableClasses = rdsOperation({
  action: "DescribeAvailableClasses",
  parameters: {
    RegionId: required(text()),
    ZoneId: required(text()),
    Engine: required(text()),
    EngineVersion: required(text()),
    DBInstanceStorageType: required(oneOf(["local_ssd", "cloud_ssd", "cloud_essd"])),
    Category: required(oneOf(["Basic", "HighAvailability", "AlwaysOn"])),
    InstanceChargeType: oneOf(["Postpaid", "Prepaid"]),
    OrderType: withDefault(oneOf(["BUY"]), "BUY"),
    CommodityCode: text(),
    DBInstanceId: unplayed,
  },
  errors: { "InvalidAvZone.Format": [400, "The specified zone is not valid."] },
  run({ sale, network }, { ZoneId, Engine, DBInstanceStorageType, Category }, refuse) {
    if (!network.zones().includes(ZoneId)) throw refuse("InvalidAvZone.Format");
    const offered =
      Engine === "SQLServer" ? sale.offered({ storageType: DBInstanceStorageType, category: Category }) : [];
    return {
      DBInstanceClasses: offered.map(({ name, storage }) => ({
        DBInstanceClass: name,
        DBInstanceStorageRange: { MinValue: storage.least, MaxValue: storage.most, Step: storage.step },
      })),
    };
  },
});
