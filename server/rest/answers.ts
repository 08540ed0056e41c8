import { isDeepStrictEqual } from "node:util";
import type { FastifySerializerCompiler } from "fastify";
import { serializerCompiler } from "fastify-type-provider-zod";
import type { z } from "zod";

/** Answers are written as they are: the compiler has held them against their schema, and doing so again costs more than all else. */
export const writeAnswers: FastifySerializerCompiler<z.ZodType> = () => (answer) => JSON.stringify(answer);

/** For tests: an answer that is not exactly what its schema says, a key too much included, is a fault. */
export const checkAnswers: FastifySerializerCompiler<z.ZodType> = (route) => {
  const check = serializerCompiler(route);
  return (answer) => {
    const text = JSON.stringify(answer);
    const checked = check(answer);
    if (!isDeepStrictEqual(JSON.parse(checked), JSON.parse(text)))
      throw new TypeError(`${route.method} ${route.url} answers with more than its schema says: ${text.slice(0, 500)}`);
    return text;
  };
};
