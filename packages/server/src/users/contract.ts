import { defineRoute, pageOf, pathParameters } from "../rest/route.ts";
import {
  operatorChange,
  operatorInput,
  signInLink,
  user,
  userChange,
  userInput,
  usersQuery,
} from "./user.ts";

const USER = pathParameters("user");
const OPERATOR = pathParameters("operator");

export const listUsers = defineRoute({
  operation: "users.list",
  method: "GET",
  path: "/users",
  summary: "Lists the tenant's users, newest first.",
  access: "tenant.admin",
  query: usersQuery,
  answers: { 200: pageOf(user) },
});

export const createUser = defineRoute({
  operation: "users.create",
  method: "POST",
  path: "/users",
  summary: "Makes a user, whose role may not exceed the caller's own permissions.",
  access: "tenant.admin",
  body: userInput,
  answers: { 201: user },
  errors: ["USER_EXISTS", "CONCURRENCY_LIMIT"],
});

export const getUser = defineRoute({
  operation: "users.get",
  method: "GET",
  path: "/users/{user}",
  summary: "Gives a user.",
  access: "tenant.admin",
  params: USER,
  answers: { 200: user },
  errors: ["USER_NOT_FOUND"],
});

export const updateUser = defineRoute({
  operation: "users.update",
  method: "PATCH",
  path: "/users/{user}",
  summary: "Changes a user; another role, status or password ends the user's sessions.",
  access: "tenant.admin",
  params: USER,
  body: userChange,
  answers: { 200: user },
  errors: ["USER_NOT_FOUND", "LAST_ADMIN", "CONCURRENCY_LIMIT"],
});

export const deleteUser = defineRoute({
  operation: "users.delete",
  method: "DELETE",
  path: "/users/{user}",
  summary: "Removes a user with all sessions.",
  access: "tenant.admin",
  params: USER,
  answers: { 204: null },
  errors: ["USER_NOT_FOUND", "LAST_ADMIN"],
});

export const createUserLink = defineRoute({
  operation: "users.createSignInLink",
  method: "POST",
  path: "/users/{user}/sign-in-link",
  summary: "Makes a link that signs the user in, once and within 15 minutes.",
  access: "tenant.admin",
  params: USER,
  answers: { 201: signInLink },
  errors: ["USER_NOT_FOUND", "USER_DISABLED"],
});

export const listOperators = defineRoute({
  operation: "operators.list",
  method: "GET",
  path: "/operators",
  summary: "Lists the installation's own users, the superadmins, newest first.",
  access: "operator",
  query: usersQuery,
  answers: { 200: pageOf(user) },
});

export const createOperator = defineRoute({
  operation: "operators.create",
  method: "POST",
  path: "/operators",
  summary: "Makes a superadmin.",
  access: "operator",
  body: operatorInput,
  answers: { 201: user },
  errors: ["USER_EXISTS", "CONCURRENCY_LIMIT"],
});

export const getOperator = defineRoute({
  operation: "operators.get",
  method: "GET",
  path: "/operators/{operator}",
  summary: "Gives a superadmin.",
  access: "operator",
  params: OPERATOR,
  answers: { 200: user },
  errors: ["USER_NOT_FOUND"],
});

export const updateOperator = defineRoute({
  operation: "operators.update",
  method: "PATCH",
  path: "/operators/{operator}",
  summary: "Changes a superadmin; another status or password ends all sessions.",
  access: "operator",
  params: OPERATOR,
  body: operatorChange,
  answers: { 200: user },
  errors: ["USER_NOT_FOUND", "CONCURRENCY_LIMIT"],
});

export const deleteOperator = defineRoute({
  operation: "operators.delete",
  method: "DELETE",
  path: "/operators/{operator}",
  summary: "Removes a superadmin with all sessions.",
  access: "operator",
  params: OPERATOR,
  answers: { 204: null },
  errors: ["USER_NOT_FOUND"],
});

export const createOperatorLink = defineRoute({
  operation: "operators.createSignInLink",
  method: "POST",
  path: "/operators/{operator}/sign-in-link",
  summary: "Makes a link that signs the superadmin in, once and within 15 minutes.",
  access: "operator",
  params: OPERATOR,
  answers: { 201: signInLink },
  errors: ["USER_NOT_FOUND", "USER_DISABLED"],
});

export const USER_ROUTES = [
  listUsers,
  createUser,
  getUser,
  updateUser,
  deleteUser,
  createUserLink,
  listOperators,
  createOperator,
  getOperator,
  updateOperator,
  deleteOperator,
  createOperatorLink,
] as const;
