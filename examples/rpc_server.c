/* A service of one's own with TL and without Telegram: decodes calls of examples/node.tl, and
 * encodes their results.
 *
 *     rpc_server PORT       answers one client after the other, on 127.0.0.1; port 0 takes a free
 * one */
#include <node/node.h>
#include <time.h>

#include "rpc_socket.h"

static tl_status answer_time(const tl_call *call, tl_buffer *out, tl_error *error) {
  node_node_time now = {.now = (int32_t)time(NULL)};
  const node_node_time *result = &now; /* a type with one constructor is held as a pointer to it */
  return tl_encode_result(call, &result, out, error);
}

static tl_status answer_blocks(const tl_call *call, tl_buffer *out, tl_error *error) {
  enum { MOST = 16 };
  const node_node_getBlocks *request = (const node_node_getBlocks *)call->args;
  node_node_block blocks[MOST] = {{0}};
  const node_node_block *list[MOST];
  node_vector_bare_node_block result = {list, 0};
  for (int32_t i = 0; i < request->count && i < MOST; i++) {
    blocks[i].seqno = request->first + i;
    if (request->fields_mask & 1) /* what is asked for must be there, and nothing else */
      blocks[i].hash = tl_bytes_of("\xab\xcd", 2);
    if (request->fields_mask & 2)
      blocks[i].size = 1000 + i;
    list[result.count++] = &blocks[i];
  }
  return tl_encode_result(call, &result, out, error);
}

static tl_status answer(const tl_buffer *packet, tl_arena *arena, tl_buffer *out) {
  tl_object call;
  tl_error error;
  tl_status status =
      tl_decode_object(&node_schema, packet->data, packet->size, NULL, arena, &call, NULL, &error);
  if (status == TL_OK && node_schema.defs[call.def].id == NODE_ID_node_getTime)
    status = answer_time(&call, out, &error);
  else if (status == TL_OK && node_schema.defs[call.def].id == NODE_ID_node_getBlocks)
    status = answer_blocks(&call, out, &error);
  if (status == TL_OK)
    return TL_OK;
  node_node_error refusal = {0};
  refusal.code = 400;
  refusal.message = tl_string_of(error.text);
  tl_object object = node_node_error_object(&refusal);
  tl_buffer_clear(out);
  return tl_encode(&object, out, NULL);
}

static void serve(int client) {
  tl_buffer packet, out;
  tl_arena arena;
  tl_buffer_init(&packet, NULL, RPC_MOST);
  tl_buffer_init(&out, NULL, RPC_MOST);
  tl_arena_init(&arena, NULL, 0);
  while (rpc_receive(client, &packet) && answer(&packet, &arena, &out) == TL_OK &&
         rpc_send(client, &out)) {
    tl_buffer_clear(&out);
    tl_arena_reset(&arena);
  }
  tl_buffer_free(&packet);
  tl_buffer_free(&out);
  tl_arena_free(&arena);
  close(client);
}

int main(int argc, char **argv) {
  struct sockaddr_in address = rpc_address(argc > 1 ? argv[1] : "0");
  socklen_t size = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(fd, (struct sockaddr *)&address, size) || listen(fd, 4) ||
      getsockname(fd, (struct sockaddr *)&address, &size)) {
    perror("rpc_server");
    return 1;
  }
  printf("%u\n", (unsigned)ntohs(address.sin_port));
  fflush(stdout);
  for (int client; (client = accept(fd, NULL, NULL)) >= 0;)
    serve(client);
  return 0;
}
