/* Packets over a socket for rpc_server.c and rpc_client.c: four bytes of length, then a boxed
 * value. */
#ifndef RPC_SOCKET_H
#define RPC_SOCKET_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <tl/buffer.h>
#include <tl/wire.h>
#include <unistd.h>

enum { RPC_MOST = 1 << 20 }; /* bytes of a packet */

static inline bool rpc_send(int fd, const tl_buffer *packet) {
  uint8_t head[4];
  tl_store32(head, (uint32_t)packet->size);
  return send(fd, head, sizeof head, MSG_NOSIGNAL) == sizeof head &&
         send(fd, packet->data, packet->size, MSG_NOSIGNAL) == (ssize_t)packet->size;
}

static inline bool rpc_receive(int fd, tl_buffer *packet) {
  uint8_t head[4];
  tl_buffer_clear(packet);
  if (recv(fd, head, sizeof head, MSG_WAITALL) != sizeof head || tl_load32(head) > RPC_MOST)
    return false;
  uint8_t *data = tl_buffer_extend(packet, tl_load32(head));
  return data && recv(fd, data, packet->size, MSG_WAITALL) == (ssize_t)packet->size;
}

static inline struct sockaddr_in rpc_address(const char *port) {
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)strtoul(port, NULL, 10))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

#endif
