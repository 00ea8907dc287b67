/** One configuration for all suites. Some dependencies ship ES modules only; they are transformed too. */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  setupFilesAfterEnv: ["<rootDir>/test/property-seed.ts"],
  testMatch: ["**/*.test.ts"],
  transform: {
    "^.+\\.[cm]?[jt]s$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
  transformIgnorePatterns: ["/node_modules/(?!(jose|windows-iana)/)"],
  testTimeout: 60_000,
  // One more than the two cores of CI: many suites wait for the local cloud longer than they compute.
  maxWorkers: 3,
};
