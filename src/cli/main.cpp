#include <cstdio>

int main() { return std::puts("llmgw " LLMGW_VERSION) < 0 ? 1 : 0; }
