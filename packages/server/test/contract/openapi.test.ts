import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { API_ROUTES } from "../../src/rest/api.ts";
import { createOpenApiDocument } from "../../src/rest/openapi.ts";
import { createTestPlatform } from "../platform.ts";

test("the description is valid OpenAPI 3.1, complete, and served to everybody", async () => {
  await using skerry = await createTestPlatform();
  const answer = await skerry.client().request<Record<string, unknown>>("GET", "/api/v1/openapi.json");
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual(JSON.parse(JSON.stringify(createOpenApiDocument(API_ROUTES))));
  expect(await new Validator().validate(answer.body)).toMatchObject({ valid: true });

  const paths = answer.body["paths"] as Record<string, Record<string, { readonly operationId: string }>>;
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual(
    API_ROUTES.map(({ operation }) => operation).toSorted(),
  );
});
