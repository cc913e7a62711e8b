/*
 * The linkage stack (PoP chapter 5, "Linkage-Stack Operations"): forming a state entry, and
 * finding the one that PROGRAM RETURN and the extract instructions use.
 *
 * The stack lies in the home address space, at addresses of 64 bits whatever the addressing
 * mode; key-controlled protection does not apply to it. All exceptions are raised.
 */
#ifndef ZITHER_CPU_ARCH_LINKAGE_STACK_H
#define ZITHER_CPU_ARCH_LINKAGE_STACK_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/arch/access.h"
#include "cpu/arch/vcpu.h"

/* Entry types: bits 1-7 of an entry descriptor. */
enum stack_entry_type {
    STACK_HEADER = 0x09,
    STACK_TRAILER = 0x0a,
    STACK_BRANCH = 0x0c,
    STACK_PROGRAM_CALL = 0x0d,
};

/* A state entry: 288 bytes, then the 8 bytes of its descriptor, which CR15 designates. */
enum stack_entry_offset {
    STACK_GR = 0,
    STACK_AUTHORITY = 128, /* PSW-key mask, SASN, EAX, PASN */
    STACK_PSW_MASK = 136,
    STACK_TARGET = 144, /* branch address, or called-space identification and PC number */
    STACK_MODIFIABLE = 152,
    STACK_PSW_ADDRESS = 168,
    STACK_INSTANCES = 176, /* SASTEIN, PASTEIN */
    STACK_AR = 224,
    STACK_DESCRIPTOR = 288,
    STACK_ENTRY_SIZE = 296,
};

/* Storage of the home space that may cross a page. Its parts follow the 64-bit address,
   where an operand would wrap it to the addressing mode. */
struct home_area {
    struct operand part[2];
};

/* LENGTH bytes at ADDRESS, up to a page, that are to be stored with access key KEY. */
void home_area_prepare(struct vcpu *cpu, struct home_area *area, uint64_t address, uint32_t length,
                       unsigned key);
void home_area_write(struct vcpu *cpu, const struct home_area *area, const uint8_t *from);

/* A state entry about to be formed, checked so that nothing about it can fail any more. */
struct stack_push {
    uint64_t descriptor_address; /* the new one's */
    uint64_t old_descriptor;     /* of the entry before it, which learns the new one's size */
    struct operand before;
    struct home_area entry;
    bool new_section;
    struct operand backward_address; /* in the header of a new section */
};

void linkage_stack_prepare(struct vcpu *cpu, struct stack_push *push);

/* Stores the entry and makes it current. PSW is what is to be returned to; TARGET what goes
   to STACK_TARGET. */
void linkage_stack_push(struct vcpu *cpu, const struct stack_push *push, enum stack_entry_type type,
                        struct psw psw, uint64_t target);

struct stack_entry {
    enum stack_entry_type type;
    uint64_t address; /* of its first byte */
};

/* The current state entry or, where a header is current, the last one of the section before.
   UNSTACK: for PROGRAM RETURN, which entries can forbid. */
struct stack_entry linkage_stack_current(struct vcpu *cpu, bool unstack);

/* 8 bytes, or 4, of ENTRY at OFFSET, a multiple of that. */
uint64_t linkage_stack_fetch64(struct vcpu *cpu, const struct stack_entry *entry, unsigned offset);
uint32_t linkage_stack_fetch32(struct vcpu *cpu, const struct stack_entry *entry, unsigned offset);

/* Checks that ENTRY can be removed, and removes it. */
struct operand linkage_stack_prepare_pop(struct vcpu *cpu, const struct stack_entry *entry);
void linkage_stack_pop(struct vcpu *cpu, const struct stack_entry *entry,
                       const struct operand *before);

#endif
