/* The other side of rpc_server.c: encodes calls, and decodes what they return.
 *
 *     rpc_client PORT */
#include <node/node.h>

#include "rpc_socket.h"

typedef struct connection {
  int fd;
  tl_buffer packet;
  tl_arena arena; /* what the last answer is made of */
} connection;

/* Sends a call and decodes its answer, which lives until the next one. */
static bool ask(connection *c, tl_call call, tl_value *reply) {
  uint32_t numbers[TL_WORDS];
  tl_decode_options options = {.numbers = numbers, .n_numbers = TL_WORDS};
  tl_error error;
  tl_buffer_clear(&c->packet);
  tl_arena_reset(&c->arena);
  bool ok = tl_call_numbers(&call, numbers, &error) == TL_OK &&
            tl_encode(&call, &c->packet, &error) == TL_OK;
  if (!ok || !rpc_send(c->fd, &c->packet) || !rpc_receive(c->fd, &c->packet)) {
    fprintf(stderr, "rpc_client: %s\n", ok ? "the server is gone" : error.text);
    return false;
  }
  uint16_t type = tl_call_result_type(&call, NULL);
  const void *data = c->packet.data;
  size_t size = c->packet.size;
  if (size >= 4 && tl_load32(c->packet.data) == NODE_ID_node_error)
    type = tl_find_type(&node_schema, "node.Error", 10);
  if (tl_decode(&node_schema, type, data, size, &options, &c->arena, reply, NULL, &error) == TL_OK)
    return true;
  fprintf(stderr, "rpc_client: %s: %s\n", error.path, error.text);
  return false;
}

static bool run(connection *c) {
  node_node_getTime time = {0};
  node_node_getBlocks blocks = {.fields_mask = 2, .first = 7, .count = 3}; /* bit 1: the size */
  tl_value reply;
  if (!ask(c, node_node_getTime_call(&time), &reply) || !node_node_getTime_result(&reply))
    return false;
  printf("it is %d\n", (int)node_node_getTime_result(&reply)->now);
  if (!ask(c, node_node_getBlocks_call(&blocks), &reply))
    return false;
  node_vector_bare_node_block list = node_node_getBlocks_result(&reply);
  for (size_t i = 0; i < list.count; i++)
    printf("block %d: %lld bytes\n", (int)list.items[i]->seqno, (long long)list.items[i]->size);
  return list.count == 3;
}

int main(int argc, char **argv) {
  struct sockaddr_in address = rpc_address(argc > 1 ? argv[1] : "0");
  connection c = {.fd = socket(AF_INET, SOCK_STREAM, 0)};
  tl_buffer_init(&c.packet, NULL, RPC_MOST);
  tl_arena_init(&c.arena, NULL, 0);
  bool ok = connect(c.fd, (struct sockaddr *)&address, sizeof address) == 0 && run(&c);
  tl_buffer_free(&c.packet);
  tl_arena_free(&c.arena);
  close(c.fd);
  return ok ? 0 : 1;
}
