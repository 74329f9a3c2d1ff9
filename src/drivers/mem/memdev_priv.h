/* memdev_priv.h - shared by the memory devices. */
#pragma once
#include <fs/file.h>

void random_init(void);
void random_mix(const void *data, size_t n);
void chacha20_block(const uint32_t key[8], uint64_t counter, uint8_t out[64]);
extern const struct file_ops random_file_ops;
extern const struct file_ops kmsg_file_ops;
