// Makes src/api/schema.d.ts from the OpenAPI snapshot. Free-form objects become JSON, so that they can be read
// with checks instead of being `never`.
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';

const from = new URL('../../docs/openapi.json', import.meta.url);
const to = new URL('../src/api/schema.d.ts', import.meta.url);

const jsonObject = () => ts.factory.createTypeReferenceNode('JsonObject');
const orNull = (node) =>
  ts.factory.createUnionTypeNode([node, ts.factory.createLiteralTypeNode(ts.factory.createNull())]);
const isFree = (schema) =>
  !schema.properties && !schema.additionalProperties && !schema.allOf && !schema.oneOf;

const ast = await openapiTS(JSON.parse(readFileSync(from, 'utf8')), {
  inject:
    'export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };\n' +
    'export type JsonObject = { [key: string]: Json };',
  transform(schema) {
    if (schema.type === 'object' && isFree(schema)) return jsonObject();
    if (Array.isArray(schema.type) && schema.type.includes('object') && isFree(schema))
      return orNull(jsonObject());
    return undefined;
  },
});
writeFileSync(to, `// Made by \`npm run api\` from docs/openapi.json; do not edit.\n${astToString(ast)}`);
