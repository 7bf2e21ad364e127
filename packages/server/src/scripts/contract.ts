import { defineRoute, pageOf, pathParameters } from "../rest/route.ts";
import { scriptDiff } from "./diff.ts";
import { draftInput, publishInput, scriptDraft } from "./draft.ts";
import {
  script,
  scriptChange,
  scriptDetail,
  scriptInput,
  scriptsQuery,
  scriptVersion,
  scriptVersionDetail,
  versionsQuery,
} from "./script.ts";

/** What cannot be compiled, or not now. */
export const COMPILE_REFUSALS = [
  "SCRIPT_COMPILE",
  "SCRIPT_TOO_COMPLEX",
  "MODULE_NOT_ALLOWED",
  "MODULE_NOT_FOUND",
  "MODULE_CYCLE",
  "MODULE_LIMIT",
  "CONCURRENCY_LIMIT",
] as const;

/** By id or name. */
const SCRIPT = pathParameters("script");

export const listScripts = defineRoute({
  operation: "scripts.list",
  method: "GET",
  path: "/scripts",
  summary: "Lists scripts, newest first; archived ones only where their status is asked for.",
  access: "scripts.read",
  query: scriptsQuery,
  answers: { 200: pageOf(script) },
});

export const createScript = defineRoute({
  operation: "scripts.create",
  method: "POST",
  path: "/scripts",
  summary: "Makes a script, and publishes version 1 or saves a draft.",
  access: "scripts.create",
  body: scriptInput,
  carriesSource: true,
  answers: { 201: scriptDetail },
  errors: [...COMPILE_REFUSALS, "SCRIPT_NAME_TAKEN", "ENDPOINT_CONFLICT"],
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
    ...COMPILE_REFUSALS,
    "SCRIPT_NAME_TAKEN",
    "SCRIPT_NOT_PUBLISHED",
    "SCRIPT_STATUS_CONFLICT",
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
  summary: "Tells what leads from one version to another; `draft` stands for the draft.",
  access: "scripts.read",
  params: pathParameters("script", "from", "to"),
  answers: { 200: scriptDiff },
  errors: ["SCRIPT_NOT_FOUND", "VERSION_NOT_FOUND", "DRAFT_NOT_FOUND"],
});

export const getDraft = defineRoute({
  operation: "scripts.draft",
  method: "GET",
  path: "/scripts/{script}/draft",
  summary: "Gives the draft of a script.",
  access: "scripts.read",
  params: SCRIPT,
  answers: { 200: scriptDraft },
  errors: ["SCRIPT_NOT_FOUND", "DRAFT_NOT_FOUND"],
});

export const saveDraft = defineRoute({
  operation: "scripts.saveDraft",
  method: "PUT",
  path: "/scripts/{script}/draft",
  summary: "Saves the draft of a script, which need not compile and does not run until it is published.",
  access: "scripts.update",
  params: SCRIPT,
  body: draftInput,
  carriesSource: true,
  answers: { 200: scriptDraft },
  errors: ["SCRIPT_NOT_FOUND", "SCRIPT_STATUS_CONFLICT", "VERSION_CONFLICT"],
});

export const deleteDraft = defineRoute({
  operation: "scripts.deleteDraft",
  method: "DELETE",
  path: "/scripts/{script}/draft",
  summary: "Drops the draft of a published script.",
  access: "scripts.update",
  params: SCRIPT,
  answers: { 204: null },
  errors: ["SCRIPT_NOT_FOUND", "DRAFT_NOT_FOUND", "SCRIPT_STATUS_CONFLICT", "SCRIPT_NOT_PUBLISHED"],
});

export const publishScript = defineRoute({
  operation: "scripts.publish",
  method: "POST",
  path: "/scripts/{script}/publish",
  summary: "Publishes a version, of which an older one is a rollback, or the draft as the next version.",
  access: "scripts.update",
  params: SCRIPT,
  body: publishInput,
  answers: { 200: scriptDetail },
  errors: [
    "SCRIPT_NOT_FOUND",
    "VERSION_NOT_FOUND",
    "DRAFT_NOT_FOUND",
    ...COMPILE_REFUSALS,
    "SCRIPT_STATUS_CONFLICT",
    "VERSION_CONFLICT",
    "ENDPOINT_CONFLICT",
  ],
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
  getDraft,
  saveDraft,
  deleteDraft,
  publishScript,
] as const;
