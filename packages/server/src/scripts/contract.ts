import { defineRoute, pageOf, pathParameters } from "../rest/route.ts";
import { scriptDiff } from "./diff.ts";
import {
  publishInput,
  script,
  scriptChange,
  scriptDetail,
  scriptInput,
  scriptsQuery,
  scriptVersion,
  scriptVersionDetail,
  versionsQuery,
} from "./script.ts";

/** By id or name. */
const SCRIPT = pathParameters("script");

export const listScripts = defineRoute({
  operation: "scripts.list",
  method: "GET",
  path: "/scripts",
  summary: "Lists scripts, newest first.",
  access: "scripts.read",
  query: scriptsQuery,
  answers: { 200: pageOf(script) },
});

export const createScript = defineRoute({
  operation: "scripts.create",
  method: "POST",
  path: "/scripts",
  summary: "Makes a script and publishes version 1, unless it is to be a draft.",
  access: "scripts.create",
  body: scriptInput,
  carriesSource: true,
  answers: { 201: scriptDetail },
  errors: [
    "SCRIPT_TYPE_UNSUPPORTED",
    "SCRIPT_COMPILE",
    "SCRIPT_TOO_COMPLEX",
    "SCRIPT_NAME_TAKEN",
    "ENDPOINT_CONFLICT",
  ],
});

export const getScript = defineRoute({
  operation: "scripts.get",
  method: "GET",
  path: "/scripts/{script}",
  summary: "Gives a script with its source and settings.",
  access: "scripts.read",
  params: SCRIPT,
  answers: { 200: scriptDetail },
  errors: ["SCRIPT_NOT_FOUND"],
});

export const updateScript = defineRoute({
  operation: "scripts.update",
  method: "PATCH",
  path: "/scripts/{script}",
  summary: "Changes a script; new source or settings make a new version.",
  access: "scripts.update",
  params: SCRIPT,
  body: scriptChange,
  carriesSource: true,
  answers: { 200: scriptDetail },
  errors: [
    "SCRIPT_NOT_FOUND",
    "SCRIPT_COMPILE",
    "SCRIPT_TOO_COMPLEX",
    "SCRIPT_NAME_TAKEN",
    "SCRIPT_NOT_PUBLISHED",
    "VERSION_CONFLICT",
    "ENDPOINT_CONFLICT",
  ],
});

export const deleteScript = defineRoute({
  operation: "scripts.delete",
  method: "DELETE",
  path: "/scripts/{script}",
  summary: "Deletes a script; its executions stay readable.",
  access: "scripts.delete",
  params: SCRIPT,
  answers: { 204: null },
  errors: ["SCRIPT_NOT_FOUND"],
});

export const listVersions = defineRoute({
  operation: "scripts.versions",
  method: "GET",
  path: "/scripts/{script}/versions",
  summary: "Lists the versions of a script, newest first.",
  access: "scripts.read",
  params: SCRIPT,
  query: versionsQuery,
  answers: { 200: pageOf(scriptVersion) },
  errors: ["SCRIPT_NOT_FOUND"],
});

export const getVersion = defineRoute({
  operation: "scripts.version",
  method: "GET",
  path: "/scripts/{script}/versions/{version}",
  summary: "Gives a version with its source.",
  access: "scripts.read",
  params: pathParameters("script", "version"),
  answers: { 200: scriptVersionDetail },
  errors: ["SCRIPT_NOT_FOUND", "VERSION_NOT_FOUND"],
});

export const diffVersions = defineRoute({
  operation: "scripts.diff",
  method: "GET",
  path: "/scripts/{script}/versions/{from}/diff/{to}",
  summary: "Tells what leads from one version to another.",
  access: "scripts.read",
  params: pathParameters("script", "from", "to"),
  answers: { 200: scriptDiff },
  errors: ["SCRIPT_NOT_FOUND", "VERSION_NOT_FOUND"],
});

export const publishScript = defineRoute({
  operation: "scripts.publish",
  method: "POST",
  path: "/scripts/{script}/publish",
  summary: "Publishes a version; an older one is a rollback.",
  access: "scripts.update",
  params: SCRIPT,
  body: publishInput,
  answers: { 200: scriptDetail },
  errors: ["SCRIPT_NOT_FOUND", "VERSION_NOT_FOUND", "VERSION_CONFLICT", "ENDPOINT_CONFLICT"],
});

export const SCRIPT_ROUTES = [
  listScripts,
  createScript,
  getScript,
  updateScript,
  deleteScript,
  listVersions,
  getVersion,
  diffVersions,
  publishScript,
] as const;
