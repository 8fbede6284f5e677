// The `openai` package for Node.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { ANSWER, CLOCK, HELLO, WEATHER, asked, expectGone, format, gateway, goOn, run, token } from './node_support.mjs';

const client = new OpenAI({ baseURL: `${gateway}/v1`, apiKey: token, maxRetries: 0, timeout: 20000 });
const messages = [{ role: 'user', content: 'Hello?' }];
const PNG = process.env.PNG;

const tool = (name, properties) => ({
  type: 'function',
  function: { name, description: name, parameters: { type: 'object', properties, required: Object.keys(properties) } },
});
const tools = [
  tool('get_weather', { city: { type: 'string' }, unit: { type: 'string' } }),
  tool('get_time', { zone: { type: 'string' } }),
];
const create = (model, more = {}) => client.chat.completions.create({ model, messages, ...more });

async function fails(model, kind, more = {}) {
  const error = await create(model, more).then(() => assert.fail('no error'), (thrown) => thrown);
  assert.equal(error.constructor, kind, String(error));
  return error;
}

const cases = {
  async chat() {
    const answer = await create('hello');
    assert.equal(answer.choices[0].message.content, HELLO);
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.deepEqual([answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens], [21, 9, 30]);
    assert.equal(answer.usage.prompt_tokens_details.cached_tokens, 8);
  },
  async stream() {
    const pieces = [];
    let usage;
    for await (const chunk of await create('hello', { stream: true, stream_options: { include_usage: true } })) {
      if (chunk.choices[0]?.delta.content) pieces.push(chunk.choices[0].delta.content);
      usage = chunk.usage ?? usage;
    }
    assert.equal(pieces.join(''), HELLO);
    assert.ok(pieces.length > 2, 'the text came in one piece');
    assert.equal(usage.total_tokens, 30);
  },
  async 'stream helper'() {
    const stream = client.chat.completions.stream({ model: 'parallel', messages, tools });
    const calls = (await stream.finalChatCompletion()).choices[0].message.tool_calls;
    assert.deepEqual(calls.map((call) => call.function.name), ['get_weather', 'get_time']);
    assert.deepEqual(calls.map((call) => JSON.parse(call.function.arguments)), [WEATHER, CLOCK]);
  },
  async 'tool loop'() {
    const first = (await create('parallel', { tools })).choices[0].message;
    const results = first.tool_calls.map((call) => ({ role: 'tool', tool_call_id: call.id, content: 'done' }));
    const answer = await create('parallel', { tools, messages: [...messages, first, ...results] });
    assert.equal(answer.choices[0].message.content, ANSWER);
  },
  async 'tool runner'() {
    for (const model of ['parallel', 'two-steps']) {
      for (const stream of [false, true]) {
        const ran = [];
        const runnable = tools.map((each) => ({
          ...each,
          function: {
            ...each.function,
            parse: JSON.parse,
            function: (input) => (ran.push([each.function.name, input]), `ran ${each.function.name}`),
          },
        }));
        const runner = client.chat.completions.runTools({ model, messages, tools: runnable, stream });
        assert.equal(await runner.finalContent(), ANSWER);
        assert.deepEqual(ran, [['get_weather', WEATHER], ['get_time', CLOCK]]);
      }
    }
  },
  async system() {
    await create('hello', { messages: [{ role: 'system', content: 'Be brief.' }, ...messages] });
    const body = await asked('hello');
    assert.ok(JSON.stringify(format === 'messages' ? body.system : body.messages[0]).includes('Be brief.'));
  },
  async stop() {
    await create('stop', { stop: 'three' });
    const body = await asked('stop');
    assert.deepEqual([body.stop_sequences ?? body.stop].flat(), ['three']);
  },
  async picture() {
    const url = `data:image/png;base64,${PNG}`;
    const content = [{ type: 'text', text: 'What is it?' }, { type: 'image_url', image_url: { url } }];
    await create('hello', { messages: [{ role: 'user', content }] });
    const parts = (await asked('hello')).messages[0].content;
    const picture = parts.find((part) => part.type !== 'text');
    assert.equal(format === 'messages' ? picture.source.data : picture.image_url.url, format === 'messages' ? PNG : url);
  },
  async 'typed errors'() {
    assert.match((await fails('bad-request', OpenAI.BadRequestError)).message, /temperature is out of range/);
    assert.equal((await fails('no-such-model', OpenAI.NotFoundError)).status, 404);
    assert.equal((await fails('limited', OpenAI.RateLimitError)).headers.get('retry-after'), '7');
    await fails('failing', OpenAI.InternalServerError);
    await fails('limited', OpenAI.RateLimitError, { stream: true });
  },
  async 'wrong token'() {
    const stranger = client.withOptions({ apiKey: 'wrong' });
    const error = await stranger.chat.completions.create({ model: 'hello', messages }).then(() => null, (thrown) => thrown);
    assert.equal(error?.constructor, OpenAI.AuthenticationError);
  },
  async 'error inside a stream'() {
    const stream = await create('broken', { stream: true });
    let chunks = 0;
    const error = await (async () => { for await (const _ of stream) if (++chunks === 2) await goOn(); })()
      .then(() => null, (thrown) => thrown);
    assert.ok(chunks >= 2, 'no text before the error');
    assert.ok(error instanceof OpenAI.APIError, `ended with ${error}`);
  },
  async 'leaving a stream'() {
    let events = 0;
    for await (const _ of await create('endless', { stream: true })) if (++events === 10) break;
    await expectGone('endless');
  },
  async 'leaving before the answer'() {
    const left = new AbortController();
    setTimeout(() => left.abort(), 300);
    const error = await client.chat.completions.create({ model: 'held', messages }, { signal: left.signal })
      .then(() => null, (thrown) => thrown);
    assert.ok(error instanceof OpenAI.APIUserAbortError, `ended with ${error}`);
    await expectGone('held');
  },
  async models() {
    const names = [];
    for await (const model of client.models.list()) names.push(model.id);
    assert.ok(names.includes('hello'));
  },
};

await run(cases);
