// The `@anthropic-ai/sdk` package for Node.
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { ANSWER, CLOCK, HELLO, WEATHER, asked, expectGone, format, gateway, goOn, run, token } from './node_support.mjs';

const client = new Anthropic({ baseURL: gateway, apiKey: token, maxRetries: 0, timeout: 20000 });
const messages = [{ role: 'user', content: 'Hello?' }];
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: process.env.PNG } };

const schema = (properties) => ({ type: 'object', properties, required: Object.keys(properties) });
const shapes = {
  get_weather: schema({ city: { type: 'string' }, unit: { type: 'string' } }),
  get_time: schema({ zone: { type: 'string' } }),
};
const tools = Object.entries(shapes).map(([name, input_schema]) => ({ name, description: name, input_schema }));
const create = (model, more = {}) => client.messages.create({ model, max_tokens: 256, messages, ...more });

async function fails(model, kind, type, more = {}) {
  const error = await create(model, more).then(() => assert.fail('no error'), (thrown) => thrown);
  assert.ok(error instanceof kind, String(error));
  assert.equal(error.error.error.type, type);
  return error;
}

const cases = {
  async message() {
    const answer = await create('hello');
    assert.equal(answer.content[0].text, HELLO);
    assert.equal(answer.stop_reason, 'end_turn');
    assert.deepEqual(
      [answer.usage.input_tokens, answer.usage.cache_read_input_tokens, answer.usage.output_tokens], [13, 8, 9]);
  },
  async stream() {
    const pieces = [];
    const stream = client.messages.stream({ model: 'hello', max_tokens: 256, messages }).on('text', (text) => pieces.push(text));
    const answer = await stream.finalMessage();
    assert.equal(pieces.join(''), HELLO);
    assert.ok(pieces.length > 2, 'the text came in one piece');
    assert.equal(answer.content[0].text, HELLO);
    assert.equal(answer.usage.output_tokens, 9);
  },
  async 'tools in a stream'() {
    const answer = await client.messages.stream({ model: 'parallel', max_tokens: 256, messages, tools }).finalMessage();
    assert.deepEqual(answer.content.map((block) => [block.name, block.input]), [['get_weather', WEATHER], ['get_time', CLOCK]]);
    assert.equal(answer.stop_reason, 'tool_use');
  },
  async 'tool loop'() {
    const first = await create('parallel', { tools });
    const results = first.content.map((block) => ({ type: 'tool_result', tool_use_id: block.id, content: 'done' }));
    const turns = [{ role: 'assistant', content: first.content }, { role: 'user', content: results }];
    assert.equal((await create('parallel', { tools, messages: [...messages, ...turns] })).content[0].text, ANSWER);
  },
  async 'tool runner'() {
    for (const model of ['parallel', 'two-steps']) {
      for (const stream of [false, true]) {
        const ran = [];
        const runnable = Object.entries(shapes).map(([name, inputSchema]) =>
          betaTool({ name, description: name, inputSchema, run: (input) => (ran.push([name, input]), `ran ${name}`) }));
        const answer = await client.beta.messages
          .toolRunner({ model, max_tokens: 256, messages: [...messages], tools: runnable, stream }).runUntilDone();
        assert.equal(answer.content[0].text, ANSWER);
        assert.deepEqual(ran, [['get_weather', WEATHER], ['get_time', CLOCK]]);
        const last = await asked(model);
        assert.equal(format === 'messages' ? last.thread?.type : 'thread' in last, format === 'messages' ? 'continue' : false);
      }
    }
  },
  async system() {
    await create('hello', { system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }] });
    const body = await asked('hello');
    assert.ok(JSON.stringify(format === 'messages' ? body.system : body.messages[0]).includes('Be brief.'));
  },
  async 'stop sequences'() {
    await create('stop', { stop_sequences: ['three'] });
    const body = await asked('stop');
    assert.deepEqual([body.stop_sequences ?? body.stop].flat(), ['three']);
  },
  async picture() {
    await create('hello', { messages: [{ role: 'user', content: [image, { type: 'text', text: 'What is it?' }] }] });
    assert.ok(JSON.stringify((await asked('hello')).messages).includes(image.source.data));
  },
  async thinking() {
    const thinking = { type: 'enabled', budget_tokens: 1024 };
    const ask = { model: 'reasoning', max_tokens: 2048, messages, thinking };
    for (const answer of [await client.messages.create(ask), await client.messages.stream(ask).finalMessage()]) {
      assert.deepEqual(answer.content.map((block) => block.type), ['thinking', 'text']);
      assert.equal(answer.content[0].thinking, 'Two and two make four.');
      assert.ok(answer.content[0].signature, 'a thinking block without signature');
    }
  },
  async 'typed errors'() {
    await fails('bad-request', Anthropic.BadRequestError, 'invalid_request_error');
    await fails('no-such-model', Anthropic.NotFoundError, 'not_found_error');
    const limited = await fails('limited', Anthropic.RateLimitError, 'rate_limit_error');
    assert.equal(limited.headers.get('retry-after'), '7');
    await fails('failing', Anthropic.InternalServerError, 'api_error');
    assert.equal((await fails('overloaded', Anthropic.InternalServerError, 'overloaded_error')).status, 529);
    await fails('limited', Anthropic.RateLimitError, 'rate_limit_error', { stream: true });
  },
  async 'wrong token'() {
    const stranger = new Anthropic({ baseURL: gateway, apiKey: 'wrong', maxRetries: 0 });
    const error = await stranger.messages.create({ model: 'hello', max_tokens: 9, messages }).then(() => null, (thrown) => thrown);
    assert.equal(error?.constructor, Anthropic.AuthenticationError);
  },
  async 'error inside a stream'() {
    const stream = client.messages.stream({ model: 'broken', max_tokens: 256, messages }).once('text', goOn);
    const error = await stream.finalMessage().then(() => null, (thrown) => thrown);
    assert.ok(error instanceof Anthropic.AnthropicError, `ended with ${error}`);
  },
  async 'leaving a stream'() {
    let events = 0;
    for await (const _ of await create('endless', { stream: true })) if (++events === 10) break;
    await expectGone('endless');
  },
  async 'leaving before the answer'() {
    const left = new AbortController();
    setTimeout(() => left.abort(), 300);
    const error = await client.messages.create({ model: 'held', max_tokens: 9, messages }, { signal: left.signal })
      .then(() => null, (thrown) => thrown);
    assert.ok(error instanceof Anthropic.APIUserAbortError, `ended with ${error}`);
    await expectGone('held');
  },
  async 'count tokens'() {
    const counted = await client.messages.countTokens({ model: 'hello', messages, tools });
    assert.ok(counted.input_tokens > 0, `${counted.input_tokens}`);
  },
  async models() {
    const names = [];
    for await (const model of client.models.list()) names.push(model.id);
    assert.ok(names.includes('hello'));
  },
};

await run(cases);
