import { describe, expect, test } from "vitest";
import { evaluateInNode } from "../../../test/template-in-node.ts";
import { EXTENSIONS, IF_DOCUMENTATION, STANDALONE_FUNCTIONS, extensionNames } from "./index.ts";

const FUNCTIONS = [...EXTENSIONS, ...STANDALONE_FUNCTIONS, IF_DOCUMENTATION];

describe("the table of functions", () => {
  test.each(FUNCTIONS.flatMap(({ examples }) => examples))("$expression", ({ expression, result }) => {
    expect(evaluateInNode(`{{ ${expression} }}`)).toEqual(result);
  });

  test("documents every function, and each of its parameters", () => {
    const incomplete = FUNCTIONS.filter(
      ({ name, description, examples, parameters, returns }) =>
        examples.length === 0 ||
        examples.some(({ expression }) => !expression.includes(`${name}(`)) ||
        !/^\S.*[.)]$/.test(description) ||
        returns === "" ||
        parameters.some((parameter) => !/^\S.*[.…]$/.test(parameter.description)),
    );
    expect(incomplete.map(({ name }) => name)).toEqual([]);
  });

  test("has each function of a type once", () => {
    const keys = EXTENSIONS.flatMap(({ name, on, aliases = [] }) =>
      [name, ...aliases].map((each) => `${on}.${each}`),
    );
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test("names what the compiler hands over, aliases included and keywords not", () => {
    expect(extensionNames).toContain("toTitleCase");
    expect(extensionNames).toContain("removeDuplicates");
    expect(extensionNames).not.toContain("fromJson");
    expect(extensionNames).not.toContain("$ifEmpty");
  });
});
