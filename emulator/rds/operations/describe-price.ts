import { integer, oneOf, required, text, unplayed, withDefault } from "../../rpc/parameters";
import { rdsOperation } from "../rds-operation";

/** Of each site: the commodity of pay-as-you-go instances. */
const hourlyCommodities = { cn: "bards", intl: "bards_intl" } as const;
const hoursOfMonth = 720;

/**
 * DescribePrice (rds-modern reference 5), for buying. Without CommodityCode it prices a subscription. What the other site's commodity is
 * answered with is unverified.
 */
export const describePrice = rdsOperation({
  action: "DescribePrice",
  parameters: {
    RegionId: text(),
    Engine: required(oneOf(["SQLServer", "MySQL", "PostgreSQL", "MariaDB"])),
    EngineVersion: required(text()),
    DBInstanceClass: required(text()),
    DBInstanceStorage: required(integer({ least: 5, most: 32_000 })),
    Quantity: required(integer({ least: 1, most: 30 })),
    ZoneId: text(),
    PayType: withDefault(oneOf(["Postpaid", "Prepaid"]), "Prepaid"),
    OrderType: withDefault(oneOf(["BUY"]), "BUY"),
    CommodityCode: withDefault(oneOf(["rds", "bards", "bards_intl", "rds_intl"]), "rds"),
    DBInstanceStorageType: text(),
    InstanceUsedType: withDefault(integer({ allowed: [0, 3] }), 0),
    TimeType: oneOf(["Year", "Month"]),
    UsedTime: integer({ least: 1, most: 9 }),
    DBInstanceId: unplayed,
    DBNode: unplayed,
    ServerlessConfig: unplayed,
    ClientToken: unplayed,
  },
  errors: {
    "Price.PricingPlanResultNotFound": [400, "Pricing plan price result not found."],
    "InvalidDBInstanceClass.NotFound": [404, "The specified DB instance class does not exist."],
  },
  run({ sale, options }, { CommodityCode, PayType, DBInstanceClass, DBInstanceStorage, Quantity }, refuse) {
    const { priceSite } = options.capabilities;
    const isHourly = CommodityCode === "bards" || CommodityCode === "bards_intl";
    const fitsSite = isHourly
      ? CommodityCode === hourlyCommodities[priceSite]
      : CommodityCode.endsWith("_intl") === (priceSite === "intl");
    if (!fitsSite || (isHourly && PayType !== "Postpaid")) throw refuse("Price.PricingPlanResultNotFound");
    const hourly = sale.hourlyPrice(DBInstanceClass, DBInstanceStorage, priceSite);
    if (!hourly) throw refuse("InvalidDBInstanceClass.NotFound");
    const price = hourly.amount * Quantity * (isHourly ? 1 : hoursOfMonth);
    return {
      PriceInfo: {
        Currency: hourly.currency,
        OriginalPrice: price,
        DiscountPrice: 0,
        TradePrice: price,
        Coupons: { Coupon: [] },
        RuleIds: { RuleId: [] },
        ActivityInfo: {},
      },
      Rules: { Rule: [] },
      ShowDiscount: false,
    };
  },
});
