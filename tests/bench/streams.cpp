// Runs N streamed requests one after the other over one connection, for the memory figures of the overhead benchmark.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

int main(int count, char** arguments) {
  if (count != 3) return std::fprintf(stderr, "usage: streams PORT COUNT\n"), 2;
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(arguments[1])));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return std::perror("streams"), 1;
  const std::string body = R"({"model":"sse100","stream":true,"messages":[{"role":"user","content":"hi"}]})";
  const std::string request =
      "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body;
  std::array<char, 65536> buffer;
  for (long left = std::atol(arguments[2]); left > 0; --left) {
    if (send(connection, request.data(), request.size(), 0) < 0) return std::perror("streams"), 1;
    std::string tail;
    while (!tail.ends_with("0\r\n\r\n")) {
      const auto size = recv(connection, buffer.data(), buffer.size(), 0);
      if (size <= 0) return std::fprintf(stderr, "streams: the stream was cut\n"), 1;
      tail += std::string_view(buffer.data(), static_cast<std::size_t>(size));
      if (tail.size() > 16) tail.erase(0, tail.size() - 16);
    }
  }
  return 0;
}
