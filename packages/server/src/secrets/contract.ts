import { defineRoute, pageOf, pathParameters } from "../rest/route.ts";
import { secret, secretInput, secretsQuery } from "./secret.ts";

const NAME = pathParameters("name");

export const listSecrets = defineRoute({
  operation: "secrets.list",
  method: "GET",
  path: "/secrets",
  summary: "Lists the tenant's secrets in the order of their names, without their values.",
  access: "secrets.read",
  query: secretsQuery,
  answers: { 200: pageOf(secret) },
});

export const getSecret = defineRoute({
  operation: "secrets.get",
  method: "GET",
  path: "/secrets/{name}",
  summary: "Gives a secret without its value, which nobody can read back.",
  access: "secrets.read",
  params: NAME,
  answers: { 200: secret },
  errors: ["SECRET_NOT_FOUND"],
});

export const setSecret = defineRoute({
  operation: "secrets.set",
  method: "PUT",
  path: "/secrets/{name}",
  summary: "Sets the value of a secret, which scripts then get by ctx.secrets.get(name).",
  access: "secrets.update",
  params: NAME,
  body: secretInput,
  answers: { 200: secret },
  errors: ["SECRET_LIMIT"],
});

export const deleteSecret = defineRoute({
  operation: "secrets.delete",
  method: "DELETE",
  path: "/secrets/{name}",
  summary: "Deletes a secret.",
  access: "secrets.delete",
  params: NAME,
  answers: { 204: null },
  errors: ["SECRET_NOT_FOUND"],
});

export const SECRET_ROUTES = [listSecrets, getSecret, setSecret, deleteSecret] as const;
