import { SqlError } from "../../../data/sql-error";
import type { SqlType } from "../../../data/sql-value";
import { isNotPlayed } from "../../syntax/token-cursor";
import { atOffset, civilOf, daysOf, momentAt, momentOf, offsetText, storedMoment } from "../../values/moment";
import { family, isNumeric, isText } from "../../values/type-rules";
import type { Compiled } from "../compiled";
import { converted } from "../converted";
import { add, addMonths, boundaries, knownParts, partNames, partOf, requirePart } from "./date-parts";
import {
  argumentsAs,
  bigintType,
  type FunctionCall,
  type FunctionDefinition,
  type FunctionTable,
  intType,
  nameType,
  strict,
} from "./definition";

const datetime: SqlType = { name: "datetime" };

/** Now in a type; the same for the whole statement, as in SQL Server. */
function now(type: SqlType, zone: "local" | "utc"): FunctionDefinition {
  return {
    takes: [0, 0],
    compile({ session: { server } }) {
      const value = storedMoment(momentAt(server.nowMs(), zone === "utc" ? 0 : server.offsetMinutes()), type)!;
      return { type, nullable: false, evaluate: () => value };
    },
  };
}

function datePart(call: FunctionCall): string {
  const [word] = call.expressions;
  const written = word?.kind === "word" ? word.text : "";
  const part = partNames[written] ?? written;
  if (!knownParts.has(part))
    throw new SqlError(155, `'${written}' is not a recognized ${call.name.toLowerCase()} option.`, 15);
  return part;
}

/** Texts and numbers become datetime (datetime2 for texts, which may be more exact). */
function dateArgument(call: FunctionCall, index: number): Compiled {
  const argument = call.arguments[index]!;
  if (family(argument.type) === "temporal" && !argument.isNull) return argument;
  return converted(argument, isText(argument.type) ? { name: "datetime2", scale: 7 } : datetime, call.session);
}

function dateAdd(call: FunctionCall): Compiled {
  const part = datePart(call);
  const count = converted(call.arguments[1]!, bigintType, call.session);
  const source = call.arguments[2]!;
  // A text is a datetime to DATEADD.
  const operand = isText(source.type) ? converted(source, datetime, call.session) : dateArgument(call, 2);
  requirePart(part, operand.type, "dateadd");
  return strict(operand.type, [count, operand], (amount, date) => {
    const moved = add(momentOf(date as string, operand.type), part, Number(amount));
    const result = moved && storedMoment(moved, operand.type);
    if (result === undefined)
      throw new SqlError(517, `Adding a value to a '${operand.type.name}' column caused an overflow.`);
    return result;
  });
}

/** Boundaries crossed between two dates. */
function dateDiff(call: FunctionCall): Compiled {
  const part = datePart(call);
  const [from, to] = [dateArgument(call, 1), dateArgument(call, 2)];
  const big = call.name === "DATEDIFF_BIG";
  return strict(big ? bigintType : intType, [from, to], (start, end) => {
    const utc = (value: unknown, operand: Compiled) => atOffset(momentOf(value as string, operand.type), 0);
    const count = boundaries(part, utc(start, from), utc(end, to));
    if (big) return count;
    if (count > 2_147_483_647n || count < -2_147_483_648n)
      throw new SqlError(
        535,
        "The datediff function resulted in an overflow. The number of dateparts separating two date/time instances is too large. Try to use datediff with a less precise datepart.",
      );
    return Number(count);
  });
}

const monthNames = "January February March April May June July August September October November December".split(" ");
const dayNames = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");

function extract(part: string): FunctionDefinition {
  return {
    takes: [1, 1],
    compile(call) {
      const operand = dateArgument(call, 0);
      return strict(intType, [operand], (date) => partOf(momentOf(date as string, operand.type), part, 7));
    },
  };
}

export const dateFunctions: FunctionTable = {
  GETDATE: now(datetime, "local"),
  CURRENT_TIMESTAMP: now(datetime, "local"),
  GETUTCDATE: now(datetime, "utc"),
  SYSDATETIME: now({ name: "datetime2", scale: 7 }, "local"),
  SYSUTCDATETIME: now({ name: "datetime2", scale: 7 }, "utc"),
  SYSDATETIMEOFFSET: now({ name: "datetimeoffset", scale: 7 }, "local"),
  DATEADD: { takes: [3, 3], compile: dateAdd },
  DATEDIFF: { takes: [3, 3], compile: dateDiff },
  DATEDIFF_BIG: { takes: [3, 3], since: 13, compile: dateDiff },
  DATEPART: {
    takes: [2, 2],
    compile(call) {
      const part = datePart(call);
      const operand = dateArgument(call, 1);
      requirePart(part, operand.type, "datepart");
      return strict(intType, [operand], (date) =>
        partOf(momentOf(date as string, operand.type), part, call.session.settings.dateFirst),
      );
    },
  },
  DATENAME: {
    takes: [2, 2],
    compile(call) {
      const part = datePart(call);
      const operand = dateArgument(call, 1);
      requirePart(part, operand.type, "datename");
      return strict({ name: "nvarchar", length: 30 }, [operand], (date) => {
        const moment = momentOf(date as string, operand.type);
        if (part === "month") return monthNames[civilOf(moment.days).month - 1]!;
        if (part === "weekday") return dayNames[moment.days % 7]!;
        if (part === "tzoffset") return offsetText(moment.offsetMinutes);
        return String(partOf(moment, part, call.session.settings.dateFirst));
      });
    },
  },
  YEAR: extract("year"),
  MONTH: extract("month"),
  DAY: extract("day"),
  EOMONTH: {
    takes: [1, 2],
    since: 11,
    compile(call) {
      const operand = dateArgument(call, 0);
      const [, months] = argumentsAs(call, [undefined, intType]);
      return strict({ name: "date" }, months ? [operand, months] : [operand], (date, offset) => {
        const moment = addMonths(momentOf(date as string, operand.type), Number(offset ?? 0));
        if (!moment) return null;
        const { year, month } = civilOf(moment.days);
        const next = month === 12 ? daysOf(year + 1, 1, 1) : daysOf(year, month + 1, 1);
        return storedMoment({ days: next - 1, ticks: 0, offsetMinutes: 0 }, { name: "date" }) ?? null;
      });
    },
  },
  SWITCHOFFSET: {
    takes: [2, 2],
    compile(call) {
      const { type: given } = call.arguments[0]!;
      const type: SqlType = given.name === "datetimeoffset" ? given : { name: "datetimeoffset", scale: 7 };
      const inMinutes = isNumeric(call.arguments[1]!.type);
      const [operand, zone] = argumentsAs(call, [type, inMinutes ? intType : nameType]);
      return strict(type, [operand!, zone!], (date, text) => {
        if (inMinutes) return storedMoment(atOffset(momentOf(date as string, type), text as number), type)!;
        const match = /^([+-])(\d{2}):(\d{2})$/.exec(text as string);
        if (!match) throw new SqlError(9812, "The timezone provided to builtin function switchoffset is invalid.");
        const minutes = (Number(match[2]) * 60 + Number(match[3])) * (match[1] === "-" ? -1 : 1);
        return storedMoment(atOffset(momentOf(date as string, type), minutes), type)!;
      });
    },
  },
  ISDATE: {
    takes: [1, 1],
    compile(call) {
      const operand = converted(call.arguments[0]!, nameType, call.session);
      let value: unknown = null;
      const attempt = converted(
        { type: nameType, nullable: true, evaluate: () => value as string },
        datetime,
        call.session,
      );
      return {
        type: intType,
        nullable: false,
        evaluate(frame) {
          value = operand.evaluate(frame);
          try {
            return attempt.evaluate(frame) === null ? 0 : 1;
          } catch (error) {
            if (isNotPlayed(error) || !(error instanceof SqlError)) throw error;
            return 0;
          }
        },
      };
    },
  },
};
