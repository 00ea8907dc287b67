import { $OpenApiUtil } from "@alicloud/openapi-core";
import RdsClient from "@alicloud/rds20140815";
import { hostOf } from "../../deploy/endpoints";

/** Regions of both kinds (endpoint page of RDS). Those that are open to staff of the provider only are left out. */
const regions = [
  ...["cn-qingdao", "cn-beijing", "cn-zhangjiakou", "cn-huhehaote", "cn-wulanchabu", "cn-hangzhou", "cn-shanghai"],
  ...["cn-nanjing", "cn-fuzhou", "cn-wuhan", "cn-wuhan-lr", "cn-zhengzhou-jva", "cn-shenzhen", "cn-heyuan"],
  ...["cn-guangzhou", "cn-chengdu", "cn-hongkong", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3"],
  ...["ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ap-northeast-1", "ap-northeast-2", "ap-south-1"],
  ...["us-west-1", "us-east-1", "eu-west-1", "eu-central-1", "me-east-1", "me-central-1"],
  ...["cn-shanghai-finance-1", "cn-shenzhen-finance-1", "cn-beijing-finance-1", "cn-north-2-gov-1"],
];

test("the host of RDS in every region is the one that its own client has", () => {
  const ofTheClient = (regionId: string) =>
    new RdsClient(new $OpenApiUtil.Config({ regionId, accessKeyId: "x", accessKeySecret: "x" }))._endpoint;
  expect(regions.map((region) => [region, hostOf("rds", region)])).toEqual(
    regions.map((region) => [region, ofTheClient(region)]),
  );
});
