/**
 * `${vars.a.b}`, `${env('NAME')}`, `${env('NAME', 'text')}` and `${env('NAME', vars.a)}`, and `${json(…)}` of each, which is the value that
 * the text holds: what `s.yaml` may say (Serverless Devs 3.1, "vars", "env" and "json").
 */
const expression = /\$\{([^}]*)\}/g;
const varsReference = /^vars((?:\.[A-Za-z_][\w-]*)+)$/;
const jsonCall = /^json\((.*)\)$/;
const envCall = /^env\(\s*'([A-Za-z_]\w*)'\s*(?:,\s*(?:'([^']*)'|(vars(?:\.[A-Za-z_][\w-]*)+))\s*)?\)$/;

/** References inside references go no deeper than this; more is a circle. */
const depthMax = 10;

/**
 * Replaces the expressions in every string of a parsed `s.yaml`.
 * @throws Error naming the path of an expression that is unknown, unset or circular
 */
export function substitute(document: unknown, environment: Readonly<Record<string, string>>): unknown {
  const vars = isMap(document) ? document["vars"] : undefined;

  function inValue(value: unknown, path: string, depth: number): unknown {
    if (depth > depthMax) throw new Error(`${path}: the expression refers to itself.`);
    if (Array.isArray(value)) return value.map((item, index) => inValue(item, `${path}[${index}]`, depth));
    if (isMap(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, inValue(item, path ? `${path}.${key}` : key, depth)]),
      );
    }
    return typeof value === "string" ? inText(value, path, depth) : value;
  }

  function inText(text: string, path: string, depth: number): unknown {
    const whole = /^\$\{([^}]*)\}$/.exec(text);
    // An expression alone keeps the type of what it refers to; inside a text it becomes text.
    if (whole) return evaluate(whole[1] as string, path, depth);
    return text.replace(expression, (_, inner: string) => String(evaluate(inner, path, depth)));
  }

  function evaluate(inner: string, path: string, depth: number): unknown {
    const source = inner.trim();
    const json = jsonCall.exec(source);
    if (json) return parsed(String(evaluate(json[1] as string, path, depth)), path);
    const reference = varsReference.exec(source);
    if (reference) return lookUp(reference[1] as string, path, depth);
    const call = envCall.exec(source);
    if (!call) throw new Error(`${path}: the local cloud does not know the expression \${${source}}.`);
    const [, name = "", text, fallback] = call;
    const given = environment[name];
    // Serverless Devs takes a default also for a variable that is set to nothing (preview of 3.1.10).
    if (given) return given;
    if (text !== undefined) return text;
    if (fallback !== undefined) return lookUp(fallback.slice("vars".length), path, depth);
    throw new Error(`${path}: the environment variable ${name} is not set and has no default.`);
  }

  function lookUp(dotted: string, path: string, depth: number): unknown {
    let value: unknown = vars;
    for (const key of dotted.slice(1).split(".")) value = isMap(value) ? value[key] : undefined;
    if (value === undefined) throw new Error(`${path}: vars${dotted} is not defined.`);
    return inValue(value, path, depth + 1);
  }

  return inValue(document, "", 0);
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${path}: the text in json(…) is not JSON.`);
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
