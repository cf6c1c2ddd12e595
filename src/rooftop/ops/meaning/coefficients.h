// Polynomials and split constants of the vector math, written by tools/ulp/fit.py: do not edit.
// Each polynomial is a minimax fit; its error is relative to the function's result.
#pragma once

#include <cstdint>

namespace rooftop::ops::meaning {

// clang-format off
/// Constants of the double format.
struct Coefficients64 {
  static constexpr double kLog2e = 0x1.71547652b82fep+0;
  static constexpr double kLn2 = 0x1.62e42fefa39efp-1;
  static constexpr double kLn2Low = 0x1.abc9e3b39803fp-56;
  static constexpr double kTwoOverPi = 0x1.45f306dc9c883p-1;
  static constexpr double kHalfPi = 0x1.921fb54442d18p+0;
  static constexpr double kHalfPiLow = 0x1.1a62633145c07p-54;
  static constexpr double kErfLimit = 1.0;
  static constexpr double kErfcCentre = 3.0;
  static constexpr double kErfcSlope = 1.125;
  static constexpr double kModerateLimit = 0x1.0000000000000p+22;
  static constexpr double kHalfPiMiddle = 0x1.1a62633p-54;
  static constexpr double kHalfPiTail = 0x1.45c06e0e68948p-86;
  static constexpr double kLn2Short = 0x1.62e42fefa38p-1;
  static constexpr double kLn2ShortLow = 0x1.ef35793c7673p-45;
  static constexpr double kLog10Of2Short = 0x1.34413509f78p-2;
  static constexpr double kLog10Of2ShortLow = 0x1.fef311f12b358p-46;
  /// Largest error 2^-56.25.
  static constexpr double kExpPolynomial[] = {
      0x1.0000000000005p-1, 0x1.555555548eb1cp-3, 0x1.5555555460085p-5, 0x1.11123b4e09da3p-7,
      0x1.6c185d5766e42p-10};
  /// Largest error 2^-59.71.
  static constexpr double kExpm1Polynomial[] = {
      0x1.0000000000003p-1, 0x1.5555555555552p-3, 0x1.5555555498b46p-5, 0x1.1111111117f13p-7,
      0x1.6c18340b0acabp-10, 0x1.a01aedee372b9p-13};
  /// Largest error 2^-56.26.
  static constexpr double kExp2Polynomial[] = {
      0x1.ebfbdff82c598p-3, 0x1.c6b08d6f4225fp-5, 0x1.3b2ab6fac77d7p-7, 0x1.5d897bb61d66dp-10,
      0x1.430a7bb7d1a5ap-13};
  /// Largest error 2^-57.98.
  static constexpr double kSinPolynomial[] = {
      -0x1.5555555555549p-3, 0x1.111111110f892p-7, -0x1.a01a019c12196p-13, 0x1.71de3576b9eb5p-19,
      -0x1.ae5e64a439e77p-26, 0x1.5d925c09ac58cp-33};
  /// Largest error 2^-64.16.
  static constexpr double kCosPolynomial[] = {
      0x1.555555555554cp-5, -0x1.6c16c16c1520fp-10, 0x1.a01a019cbcbap-16, -0x1.27e4f8102efe4p-22,
      0x1.1ee9ef44140a9p-29, -0x1.8faffa5665d19p-37};
  /// Largest error 2^-57.38.
  static constexpr double kTanPolynomial[] = {
      0x1p+0, -0x1.5555555555569p-2, -0x1.6c16c16c11cc7p-6, -0x1.1566abc381734p-9,
      -0x1.bbd776dd8da2dp-13, -0x1.66a965594016cp-16, -0x1.227323a37c1c4p-19, -0x1.d8b9c34a7da13p-23,
      -0x1.6980c24612a7fp-26, -0x1.a9b5264e2ef3fp-29};
  /// Largest error 2^-59.83.
  static constexpr double kAsinPolynomial[] = {
      0x1.5555555555578p-3, 0x1.333333332df26p-4, 0x1.6db6db722a311p-5, 0x1.f1c71a8c31f71p-6,
      0x1.6e8bdfd3026f3p-6, 0x1.1c49df9241bc8p-6, 0x1.ca211ac245d47p-7, 0x1.7578fde51334dp-7,
      0x1.6182179a786f4p-7, 0x1.e1e55e0b136ffp-9, 0x1.64d5e96c750b6p-6, -0x1.59b56e190f3cap-6,
      0x1.0bcf48564b147p-5};
  /// Largest error 2^-60.3.
  static constexpr double kAtanPolynomial[] = {
      -0x1.555555555554ep-2, 0x1.9999999998db5p-3, -0x1.249249245c699p-3, 0x1.c71c71b78c4b7p-4,
      -0x1.745d15ea623eep-4, 0x1.3b139d182c0bcp-4, -0x1.11103dd6af9p-4, 0x1.e1d51bfb87b11p-5,
      -0x1.aedd2d0f79c9ep-5, 0x1.84bf172438c16p-5, -0x1.5f43d10f09d4fp-5, 0x1.394d729ecd5f5p-5,
      -0x1.0d190f966949cp-5, 0x1.adf51334658c8p-6, -0x1.32a4ae4cd266dp-6, 0x1.75bf860e76caap-7,
      -0x1.739bacb1e0099p-8, 0x1.1da81c72dc978p-9, -0x1.3bac877790d9p-11, 0x1.bb8d6ec6a0b49p-14,
      -0x1.285cee61c4715p-17};
  /// Largest error 2^-61.67.
  static constexpr double kSinhPolynomial[] = {
      0x1.5555555555559p-3, 0x1.111111110f62bp-7, 0x1.a01a01b01fd8ap-13, 0x1.71ddf7b22ee3p-19,
      0x1.af5feb767f18cp-26};
  /// Largest error 2^-70.0.
  static constexpr double kCoshPolynomial[] = {
      0x1p-1, 0x1.5555555555558p-5, 0x1.6c16c16c14ffbp-10, 0x1.a01a01ad8063cp-16,
      0x1.27e4cc0b1c14fp-22, 0x1.1f8bea98c0a86p-29};
  /// Largest error 2^-62.35.
  static constexpr double kAtanhPolynomial[] = {
      0x1.555555555554ep-2, 0x1.999999999c6ecp-3, 0x1.24924921974d8p-3, 0x1.c71c74cf9045dp-4,
      0x1.745c3cc12943dp-4, 0x1.3b3776eb05f54p-4, 0x1.0db00b428819fp-4, 0x1.1c34ff0eafaa2p-4};
  /// Largest error 2^-17.41.
  static constexpr double kInverseCbrtPolynomial[] = {
      0x1.c7f37fdae1ea6p+0, -0x1.90e7882fa4b45p+0, 0x1.3e68fa3a1ce59p+0, -0x1.321c851e0ca69p-1,
      0x1.3fa2540758ac6p-3, -0x1.16d6866ec0728p-6};
  /// Largest error 2^-56.31.
  static constexpr double kLogPolynomial[] = {
      -0x1.fffffffffffc6p-2, 0x1.55555555554fap-2, -0x1.00000000c12cep-2, 0x1.9999999b5e429p-3,
      -0x1.55553fa260e63p-3, 0x1.2492330cec9d5p-3, -0x1.0073836464ffdp-3, 0x1.c7f6e3eb8e9c1p-4};
  /// Largest error 2^-55.53.
  static constexpr double kLog2Polynomial[] = {
      0x1.71547652b82fep+0, -0x1.71547652b82d4p-1, 0x1.ec709dc3a2e69p-2, -0x1.71547653ac028p-2,
      0x1.2776c4e409908p-2, -0x1.ec7081b2782b7p-3, 0x1.a619217d899adp-3, -0x1.71f2522bf258cp-3,
      0x1.45a926fb3408p-3};
  /// Largest error 2^-54.59.
  static constexpr double kLog10Polynomial[] = {
      0x1.bcb7b1526e50ep-2, -0x1.bcb7b1526e4dcp-3, 0x1.287a7636f721dp-3, -0x1.bcb7b15391847p-4,
      0x1.63c6270d0672ap-4, -0x1.287a65b95f25bp-4, 0x1.fc446669fcd4p-5, -0x1.bd729632d76bcp-5,
      0x1.82c33e23abe5ep-5};
  /// Largest error 2^-67.79.
  static constexpr double kPowLogPolynomial[] = {
      0x1.5555555555555p-2, -0x1.ffffffffffeaap-3, 0x1.999999999bb2ep-3, -0x1.55555557f04dfp-3,
      0x1.249249075d6c3p-3, -0x1.ffffc9fc228d4p-4, 0x1.c71d97d5a7b0ep-4, -0x1.9a7e61b9347dbp-4,
      0x1.72be76ae557fbp-4};
  /// Largest error 2^-56.03.
  static constexpr double kErfPolynomial[] = {
      0x1.06eba8214db68p-3, -0x1.812746b03799ep-2, 0x1.ce2f21a03f984p-4, -0x1.b82ce311acebcp-6,
      0x1.565bccef4f361p-8, -0x1.c02daec8df87fp-11, 0x1.f9a2986351283p-14, -0x1.f4c848edfb1cdp-17,
      0x1.b96c56d2aff52p-20, -0x1.5b9282609ed59p-23, 0x1.d40782740ce2dp-27, -0x1.a2ba0de29f841p-31};
  /// Largest error 2^-54.91.
  static constexpr double kLogErfcPolynomial[] = {
      0x1.228d5ee3194fdp-20, 0x1.20dcc2c7c17ebp+0, 0x1.45f9627d5ee1fp-1, 0x1.a4658149b0e24p-4,
      -0x1.350a116020b06p-6, -0x1.344cfdb812c71p-11, 0x1.1397070afcb9ap-9, -0x1.e3c95032fc259p-11,
      0x1.e711930a95cd9p-13, -0x1.e1b645bf4455ap-16, -0x1.c392ee264e72ap-19, 0x1.5e027fe1f5db8p-19,
      -0x1.6a45210715ba9p-21, 0x1.c8bf881ff63d2p-24, -0x1.703e4a7328fd8p-27, 0x1.601f7629eab85p-31,
      -0x1.31e01331b3fb2p-36};
  /// Largest error 2^-55.84.
  static constexpr double kErfcPolynomial[] = {
      0x1.90f66b8dddbe9p-1, -0x1.c08a70d2e2771p-3, 0x1.4a89da3ff4fep-4, 0x1.db1d70942e304p-8,
      -0x1.24c33f077f5cbp-5, 0x1.c6ae6c9e8ebb8p-6, -0x1.78ef90188ced7p-7, 0x1.c624de798001bp-10,
      0x1.a40bb72c9c594p-11, -0x1.b733e4c331327p-12, -0x1.051df0e659cdp-15, 0x1.0f8b721a52e3bp-14,
      -0x1.7b6915fbacf99p-21, -0x1.5c31a2b48df0ep-17, 0x1.279bb6be4ab71p-23, 0x1.e89089359c158p-20,
      0x1.9a16e40fca001p-24, -0x1.60042e5ea3a6dp-22, -0x1.db0768290c419p-25, 0x1.be13b9c1cd487p-25,
      0x1.1345d4ce39a28p-26, -0x1.5d10aad6dadd6p-28, -0x1.358839ace71abp-29};
  /// Largest error 2^-64.51.
  static constexpr double kTanhPolynomial[] = {
      -0x1.55555555554ep-2, 0x1.11111105829f3p-3, -0x1.ba1147399b186p-5};
  /// Tables of logarithm.h and exponential.h.
  static constexpr double kExpTable[] = {
      0x1p+0, 0x1.fb5586cf9890fp-1, 0x1.f72b83c7d517bp-1, 0x1.f387a6e756238p-1,
      0x1.f06fe0a31b715p-1, 0x1.edea64c123422p-1, 0x1.ebfdad5362a27p-1, 0x1.eab07dd485429p-1,
      0x1.ea09e667f3bcdp-1, 0x1.ea11473eb0187p-1, 0x1.eace5422aa0dbp-1, 0x1.ec49182a3f09p-1,
      0x1.ee89f995ad3adp-1, 0x1.f199bdd85529cp-1, 0x1.f5818dcfba487p-1, 0x1.fa4afa2a490dap-1};
  static constexpr double kExpTail[] = {
      0.0, 0x1.79aa65d837b6dp-54, -0x1.01b15eaa59348p-55, 0x1.68efde3a8a894p-54,
      0x1.34d754db0abb6p-55, 0x1.59f48a72a4c6dp-55, 0x1.690cebb7aafbp-56, 0x1.063e1e21c5409p-54,
      -0x1.3b3efbf5e2228p-54, -0x1.b32dcb94da51dp-56, 0x1.db72fc1f0eab4p-55, 0x1.1affc2b91ce27p-56,
      0x1.c1a7792cb3387p-55, 0x1.36eae30af0cb3p-56, 0x1.4a385a63d07a7p-56, -0x1.ff7128fd391fp-55};
  static constexpr std::int64_t kLogStartBits = 0x3fe6800000000000;
  static constexpr double kLogInverse[] = {
      0x1.6442132fbdb79p+0, 0x1.55684d79eae32p+0, 0x1.47bedca625b36p+0, 0x1.3b229c969b395p+0,
      0x1.2f759e2fc338cp+0, 0x1.249e3af864a65p+0, 0x1.1a86563db0509p+0, 0x1.111ac70f03729p+0,
      0x1.084addaeee86cp+0, 0x1p+0, 0x1.e217462e60564p-1, 0x1.c7496b53d3a82p-1,
      0x1.af4ea8e653a08p-1, 0x1.99ba6242bf934p-1, 0x1.8634b3196d5e2p-1, 0x1.7475b83a6db22p-1};
  static constexpr double kLogValue[] = {
      -0x1.5268d5bce8p-2, -0x1.26cf07ec4dp-2, -0x1.f9faa72a2ap-3, -0x1.a99fcb4fecp-3,
      -0x1.5c4df07e5cp-3, -0x1.11cc83385ap-3, -0x1.93d1c55cc4p-4, -0x1.08eb32a418p-4,
      -0x1.0526ac424p-5, 0.0, 0x1.ed17953198p-5, 0x1.e0dbc4eef8p-4,
      0x1.5f3d6cd1ep-3, 0x1.c85b97baeap-3, 0x1.162b774a97p-2, 0x1.45d503be66p-2};
  static constexpr double kLogValueLow[] = {
      0x1.ba1d955ca9c5ep-69, 0x1.2f50ec0cfb981p-69, -0x1.cf1da12da048dp-70, -0x1.39695a82861c3p-68,
      0x1.d5c1d296c2bbap-72, 0x1.42017311d540ep-67, 0x1.8a92b8dabf07ap-72, 0x1.bf342ae4614a3p-71,
      -0x1.3efed7d8a9ceap-70, 0.0, 0x1.3e89bb71a74d5p-69, 0x1.e1d6d8550e0f1p-70,
      -0x1.251de66e46c27p-72, -0x1.017eb884f8824p-69, -0x1.1536ea2981d7cp-69, -0x1.cc229f4f55438p-72};
  static constexpr double kLog2Inverse[] = {
      0x1.644213240bd39p+0, 0x1.55684d775291cp+0, 0x1.47bedcc393236p+0, 0x1.3b229c79fe572p+0,
      0x1.2f759e42b176p+0, 0x1.249e3af2b80e8p+0, 0x1.1a86564874374p+0, 0x1.111ac713e75dap+0,
      0x1.084adda22d909p+0, 0x1p+0, 0x1.e21746496d7c8p-1, 0x1.c7496b86d3809p-1,
      0x1.af4ea8e581e69p-1, 0x1.99ba621d4f60bp-1, 0x1.8634b30945a6bp-1, 0x1.7475b822a6c43p-1};
  static constexpr double kLog2Value[] = {
      -0x1.e838c2b499p-2, -0x1.a951ae91aap-2, -0x1.6cfc9e0c79p-2, -0x1.3305e014eap-2,
      -0x1.f67f42edd6p-3, -0x1.8b021e92bap-3, -0x1.234b4ceae8p-3, -0x1.7e326c06f8p-4,
      -0x1.78c2e575e8p-5, 0.0, 0x1.63b0d58d3cp-4, 0x1.5addb551e8p-3,
      0x1.fabb6c5fa4p-3, 0x1.49314bdeeep-2, 0x1.91506e04bdp-2, 0x1.d6138b4273p-2};
  static constexpr double kLog10Inverse[] = {
      0x1.6442135388a5ap+0, 0x1.55684d39cd51dp+0, 0x1.47bedc957edd9p+0, 0x1.3b229ca46a34p+0,
      0x1.2f759e0369ae8p+0, 0x1.249e3b011875dp+0, 0x1.1a865624051dp+0, 0x1.111ac70f01e54p+0,
      0x1.084add9a2a9b7p+0, 0x1p+0, 0x1.e2174651572fp-1, 0x1.c7496b341c887p-1,
      0x1.af4ea8bf3c40cp-1, 0x1.99ba61e277b83p-1, 0x1.8634b30836d4ap-1, 0x1.7475b84480785p-1};
  static constexpr double kLog10Value[] = {
      -0x1.25f0535f4cp-3, -0x1.00114d514p-3, -0x1.b77ce4ef8cp-4, -0x1.71b146a2bp-4,
      -0x1.2e888c0614p-4, -0x1.dba32ad7e8p-5, -0x1.5ec0c93848p-5, -0x1.cc3603759p-6,
      -0x1.c5aa71edcp-7, 0.0, 0x1.ac4b5a10dp-6, 0x1.a1ab1ad558p-5,
      0x1.31154918e8p-4, 0x1.8c6329fff8p-4, 0x1.e33afcf3bcp-4, 0x1.1b039fa27ep-3};
  /// Arctangents of the multiples of 17/256.
  static constexpr double kAtanValue[] = {
      0.0, 0x1.0f99ea71d52a7p-4, 0x1.0e6adccf40882p-3, 0x1.92ba37d050272p-3,
      0x1.09dc597d86362p-2, 0x1.4845a84d0c21bp-2, 0x1.84422b8df95d7p-2, 0x1.bd9281e528192p-2,
      0x1.f40dd0b541418p-2, 0x1.13cfbfb1b056ep-1, 0x1.2c2215e024466p-1, 0x1.430328e4b26d6p-1,
      0x1.587d81f732fbbp-1, 0x1.6c9f7855c3198p-1, 0x1.7f79eacb97898p-1, 0x1.911f35199833bp-1};
  static constexpr double kAtanValueLow[] = {
      0.0, -0x1.2069feec3624fp-61, -0x1.d71a31bb98d0dp-57, -0x1.0d3ded0ff4764p-57,
      0x1.62e47390cb865p-56, 0x1.1e28a7563c6a6p-56, 0x1.d76a0299b41b6p-56, -0x1.4b15439af6b66p-56,
      -0x1.a3992dc382a23p-57, 0x1.3110e6fc3ed38p-55, -0x1.4b810da3a4be1p-59, -0x1.131591070b99fp-55,
      -0x1.5e5c9d8c5a95p-56, 0x1.c09de29bd280dp-56, 0x1.fd5ca80ead221p-55, 0x1.3ae8a0edbf522p-57};
  /// Rows of four parts of (2^(step * row + first) * 2 / pi) mod 4; step and first are 32 and -32, in float32 8 and -16.
  static constexpr double kTwoOverPiBlocks[] = {
      0x1.45f306dc9c883p-33, -0x1.6b01ec5417056p-87, -0x1.6447e493ad4cep-141, 0x1.e21c820ff28b2p-195,
      0x1.45f306dc9c883p-1, -0x1.6b01ec5417056p-55, -0x1.6447e493ad4cep-109, 0x1.e21c820ff28b2p-163,
      0x1.27220a94fe13bp+1, -0x1.05c1596447e49p-53, -0x1.d6a66c3bc6fbep-108, -0x1.ae9c5421443aap-168,
      0x1.fc2757d1f534ep+0, -0x1.1f924eb53361ep-55, 0x1.c820ff28b1d5fp-111, -0x1.443a9e48db91cp-168,
      0x1.f534ddc0db629p+0, 0x1.664f10e4107f9p-54, 0x1.163abdebbc562p-108, -0x1.236e4716f6c8bp-162,
      0x1.b6c52b3278872p-1, 0x1.07f9458eaf7afp-58, -0x1.d4f246dc8e2dfp-115, 0x1.374b801924bbbp-170,
      0x1.3c439041fe516p+0, 0x1.d5ef5de2b0db9p-55, 0x1.1b8e909374b8p-110, 0x1.924bba8274648p-166,
      0x1.fe5163abdebbcp+0, 0x1.586dc91b8e909p-54, 0x1.ba5c00c925dd4p-109, 0x1.3a32439fc3bd6p-165,
      0x1.ef5de2b0db923p+1, 0x1.c74849ba5c00dp-53, -0x1.b688afb1736f2p-107, 0x1.fc3bd63962535p-161,
      0x1.b7246e3a424ddp+0, 0x1.700324977504fp-55, -0x1.cdbc603c429c7p-109, 0x1.894d39f74411bp-163,
      0x1.2126e97003249p+1, 0x1.dd413a32439fcp-53, 0x1.deb1cb129a73fp-108, -0x1.77dca0ad144bbp-164,
      0x1.924bba8274648p-6, 0x1.cfe1deb1cb12ap-60, -0x1.63045df7282b4p-114, -0x1.44bb7b16638fep-168,
      0x1.04e8c90e7f0efp+1, 0x1.63962534e7dd1p-53, 0x1.1afa975da2427p-111, 0x1.338e04d68befdp-165,
      0x1.fc3bd63962535p-1, -0x1.822efb9415a29p-57, 0x1.a24274ce38136p-111, -0x1.741037d8cdc54p-165,
      0x1.62534e7dd1047p-1, -0x1.0568a25dbd8b3p-55, -0x1.c7eca5d040df6p-111, -0x1.9b8a719f2b318p-166,
      0x1.74411afa975dap+1, 0x1.213a671c09ad1p-54, 0x1.f7e413991d63ap-108, -0x1.f2b3182d8dee8p-162,
      0x1.2ebb4484e99c7p+0, 0x1.35a2fbf209cc9p-59, -0x1.4e33e566305b2p-115, 0x1.08bf177bf2507p-169,
      0x1.d338e04d68bfp-1, -0x1.bec66e29c67cbp-56, 0x1.9cfa4e422fc5ep-111, -0x1.036be27003b4p-167,
      0x1.5a2fbf209cc8fp+1, -0x1.38cf9598c16c7p-53, 0x1.17e2ef7e4a0ecp-110, 0x1.ff897ffde0598p-164,
      0x1.3991d63983534p+0, -0x1.82d8dee81d108p-54, -0x1.b5f13801da001p-110, 0x1.e05980fef2f12p-164,
      0x1.835339f49c846p+0, -0x1.d1081b5f13802p-58, 0x1.2fffbc0b301fep-113, -0x1.a1dce94beb25cp-169,
      0x1.3908bf177bf25p-1, 0x1.d8ffc4bffef03p-59, -0x1.9fc04343b9d29p-114, -0x1.f592e092c9813p-168,
      0x1.defc941d8ffc5p+1, -0x1.00043f4cfe022p-53, 0x1.788c5ad05369p-107, -0x1.25930261b069fp-161,
      0x1.8ffc4bffef02dp+1, -0x1.fc04343b9d298p-54, 0x1.4da3eda6cfd9ep-109, 0x1.3e584dba7a32p-163,
      0x1.ef02cc07f7979p+1, -0x1.ce94beb25c126p-53, 0x1.b3f6793e584dcp-107, -0x1.61738132c3403p-161,
      0x1.f79788c5ad053p+1, 0x1.a3eda6cfd9e5p-53, -0x1.a7b24585ce04dp-107, 0x1.3cbfd45aea4f7p-161,
      0x1.ad05368fb69b4p+1, -0x1.30d834f648b0cp-56, 0x1.8fd9a797fa8b6p-110, -0x1.5b08a7028341dp-165,
      0x1.b69b3f6793e58p+1, 0x1.36e9e8c7ecd3dp-53, -0x1.00ae9456c229cp-107, -0x1.41a0e84c2f8c6p-164,
      0x1.93e584dba7a32p+1, -0x1.32c3402ba515bp-57, -0x1.14e050683a131p-114, 0x1.0739f78a5292fp-168,
      0x1.a7a31fb34f2ffp+1, 0x1.45aea4f758fd8p-53, -0x1.a0e84c2f8c608p-108, -0x1.d6b5b45650128p-162,
      0x1.4f2ff516ba93ep+1, -0x1.4e050683a130cp-54, 0x1.ce7de294a4baap-110, -0x1.404a04ee072a3p-164,
      0x1.7527bac7ebe5fp+0, 0x1.7b3d0739f78a5p-56, 0x1.497535fdafd89p-111, -0x1.ca8bdea7f33eep-170};
};

/// Constants of the single format.
struct Coefficients32 {
  static constexpr double kLog2e = 0x1.715476p+0;
  static constexpr double kLn2 = 0x1.62e43p-1;
  static constexpr double kLn2Low = -0x1.05c61p-29;
  static constexpr double kTwoOverPi = 0x1.45f306p-1;
  static constexpr double kHalfPi = 0x1.921fb6p+0;
  static constexpr double kHalfPiLow = -0x1.777a5cp-25;
  static constexpr double kErfLimit = 0.875;
  static constexpr double kErfcCentre = 2.5;
  static constexpr double kErfcSlope = 1.125;
  static constexpr double kModerateLimit = 0x1.0000000000000p+10;
  static constexpr double kHalfPiMiddle = -0x1.7778p-25;
  static constexpr double kHalfPiTail = -0x1.2e7b96p-40;
  static constexpr double kLn2Short = 0x1.62e4p-1;
  static constexpr double kLn2ShortLow = 0x1.7f7d1cp-20;
  static constexpr double kLog10Of2Short = 0x1.3442p-2;
  static constexpr double kLog10Of2ShortLow = -0x1.95ec1p-19;
  /// Largest error 2^-29.23.
  static constexpr double kExpPolynomial[] = {
      0x1.00022p-1, 0x1.555726p-3};
  /// Largest error 2^-31.55.
  static constexpr double kExpm1Polynomial[] = {
      0x1p-1, 0x1.55570ap-3, 0x1.55572ep-5};
  /// Largest error 2^-29.24.
  static constexpr double kExp2Polynomial[] = {
      0x1.ebfff6p-3, 0x1.c6b2bep-5};
  /// Largest error 2^-28.01.
  static constexpr double kSinPolynomial[] = {
      -0x1.555546p-3, 0x1.11077ap-7, -0x1.9954a8p-13};
  /// Largest error 2^-33.13.
  static constexpr double kCosPolynomial[] = {
      0x1.55554ap-5, -0x1.6c0c1ap-10, 0x1.99e0ecp-16};
  /// Largest error 2^-27.53.
  static constexpr double kTanPolynomial[] = {
      0x1p+0, -0x1.555544p-2, -0x1.6c2798p-6, -0x1.12e05cp-9,
      -0x1.03780ep-12};
  /// Largest error 2^-31.65.
  static constexpr double kAsinPolynomial[] = {
      0x1.55554cp-3, 0x1.3338aap-4, 0x1.6ca7dep-5, 0x1.04cc34p-5,
      0x1.d5a9dcp-7, 0x1.348aecp-5};
  /// Largest error 2^-31.15.
  static constexpr double kAtanPolynomial[] = {
      -0x1.555552p-2, 0x1.999824p-3, -0x1.2476cap-3, 0x1.c51c66p-4,
      -0x1.6982ep-4, 0x1.157fb6p-4, -0x1.71e2e6p-5, 0x1.77a97cp-6,
      -0x1.eb788ap-8, 0x1.2d67b6p-10};
  /// Largest error 2^-34.31.
  static constexpr double kSinhPolynomial[] = {
      0x1.555556p-3, 0x1.110fbep-7, 0x1.a2e2eep-13};
  /// Largest error 2^-33.23.
  static constexpr double kCoshPolynomial[] = {
      0x1p-1, 0x1.5554e6p-5, 0x1.6d4f26p-10};
  /// Largest error 2^-35.16.
  static constexpr double kAtanhPolynomial[] = {
      0x1.555554p-2, 0x1.999c0cp-3, 0x1.23e04p-3, 0x1.eea032p-4};
  /// Largest error 2^-11.95.
  static constexpr double kInverseCbrtPolynomial[] = {
      0x1.8aba9cp+0, -0x1.9eb918p-1, 0x1.4569aep-2, -0x1.99218cp-5};
  /// Largest error 2^-31.26.
  static constexpr double kLogPolynomial[] = {
      -0x1.fffffcp-2, 0x1.555552p-2, -0x1.003a7p-2, 0x1.99f89cp-3};
  /// Largest error 2^-26.16.
  static constexpr double kLog2Polynomial[] = {
      0x1.715476p+0, -0x1.715474p-1, 0x1.ec98dap-2, -0x1.719d96p-2,
      0x1.15fd54p-3};
  /// Largest error 2^-25.36.
  static constexpr double kLog10Polynomial[] = {
      0x1.bcb7b2p-2, -0x1.bcb7aap-3, 0x1.28500cp-3, -0x1.bd477cp-4,
      0x1.57a15ep-3};
  /// Largest error 2^-37.03.
  static constexpr double kPowLogPolynomial[] = {
      0x1.555552p-2, -0x1.fffffap-3, 0x1.99fadap-3, -0x1.55aa1ap-3};
  /// Largest error 2^-26.08.
  static constexpr double kErfPolynomial[] = {
      0x1.06eba6p-3, -0x1.8126eep-2, 0x1.ce1bf8p-4, -0x1.b6a37ep-6,
      0x1.47d402p-8, -0x1.3cb57ap-11};
  /// Largest error 2^-33.57.
  static constexpr double kLogErfcPolynomial[] = {
      -0x1.570302p-13, 0x1.21245cp+0, 0x1.445468p-1, 0x1.bb04ep-4,
      -0x1.9a44dp-6, 0x1.0f64f4p-8, -0x1.c116b4p-12, 0x1.58f51ap-16};
  /// Largest error 2^-26.39.
  static constexpr double kErfcPolynomial[] = {
      0x1.9b7e78p-1, -0x1.da07fap-3, 0x1.bdd71ep-5, 0x1.163ee6p-5,
      -0x1.4b7526p-5, 0x1.1134fap-6, -0x1.36c74ep-11, -0x1.0da3fep-9,
      0x1.36858ep-12, 0x1.fc2e14p-13};
  static constexpr double kTanhScale = 0x1.a5fa6p+0;
  /// Largest error 2^-25.45.
  static constexpr double kTanhCentre[] = {
      0x1.845202p-1, 0x1.0fc692p+0, 0x1.5d70ap+0, 0x1.ab162ep+0,
      0x1.0fbe5p+1, 0x1.5d84p+1, 0x1.ab128ep+1, 0x1.f8b294p+1,
      0x1.36872ap+2, 0x1.8457ccp+2, 0x1.d1d414p+2, 0x1.0fe0dp+3,
      0.0, 0x1.d1fcfcp-3, 0x1.8458f6p-2, 0x1.0fc92ep-1};
  static constexpr double kTanhValue[] = {
      0x1.47c28ap-1, 0x1.9293e2p-1, 0x1.c14decp-1, 0x1.dcd6f6p-1,
      0x1.f18ab4p-1, 0x1.fbaafcp-1, 0x1.feb4eap-1, 0x1.ff9d78p-1,
      0x1.fffp-1, 0x1.fffe98p-1, 0x1.ffffep-1, 0x1.fffffep-1,
      0.0, 0x1.ca1c16p-3, 0x1.72bdccp-2, 0x1.f1ae58p-2};
  static constexpr double kTanhSlope0[] = {
      0x1.2e2eb8p-1, 0x1.86eb38p-2, 0x1.d6db22p-3, 0x1.0f9fdp-3,
      0x1.c8211ep-5, 0x1.1414ccp-6, 0x1.4aab0ep-8, 0x1.89fa36p-10,
      0x1.0001acp-12, 0x1.6808d8p-16, 0x1.ff81fcp-20, 0x1.66602cp-23,
      0.0, 0x1.e661bcp-1, 0x1.bce2dap-1, 0x1.870f34p-1};
  static constexpr double kTanhSlope1[] = {
      -0x1.82e34ep-2, -0x1.3360c2p-2, -0x1.9d343cp-3, -0x1.f9f214p-4,
      -0x1.bb3bcp-5, -0x1.11b624p-6, -0x1.49c85ep-8, -0x1.899e22p-10,
      -0x1.fe87ap-13, -0x1.670594p-16, -0x1.fe1502p-20, -0x1.655e04p-23,
      0x1.b54002p-21, -0x1.b32f9ap-3, -0x1.422498p-2, -0x1.7c1f34p-2};
  static constexpr double kTanhSlope2[] = {
      0x1.71a788p-5, 0x1.bd83b4p-4, 0x1.9b5296p-4, 0x1.22207ep-4,
      0x1.16b644p-5, 0x1.66c342p-7, 0x1.b57d48p-9, 0x1.060478p-10,
      0x1.54475cp-13, 0x1.de8418p-17, 0x1.541066p-20, 0x1.dc348ap-24,
      -0x1.5561eap-2, -0x1.139548p-2, -0x1.67e8bap-3, -0x1.2ff264p-4};
  static constexpr double kTanhSlope3[] = {
      0x1.8d83bap-4, 0x1.f08db8p-7, -0x1.4fda78p-6, -0x1.94686cp-6,
      -0x1.ee87bap-7, -0x1.5f3f4p-8, -0x1.b81b8p-10, -0x1.09af2cp-11,
      -0x1.6cf2dcp-14, -0x1.00e018p-17, -0x1.6cf9aap-21, -0x1.ff6ea2p-25,
      0x1.b7e94cp-11, 0x1.0b409ap-3, 0x1.57f186p-3, 0x1.4672a8p-3};
  static constexpr double kTanhSlope4[] = {
      -0x1.034aaap-4, -0x1.41add4p-5, -0x1.5480bp-7, 0x1.276fb8p-9,
      0x1.23017p-8, 0x1.04c56ap-9, 0x1.586e2p-11, 0x1.a61b56p-13,
      0x1.22a3fcp-15, 0x1.9ba654p-19, 0x1.22f17ep-22, 0x1.9b2d5p-26,
      0x1.07074ap-3, 0x1.4e41f2p-4, 0x1.109bd2p-6, -0x1.05d29ep-5};
  /// Tables of logarithm.h and exponential.h.
  static constexpr double kExpTable[] = {
      0x1p+0, 0x1.fb5586p-1, 0x1.f72b84p-1, 0x1.f387a6p-1,
      0x1.f06fep-1, 0x1.edea64p-1, 0x1.ebfdaep-1, 0x1.eab07ep-1,
      0x1.ea09e6p-1, 0x1.ea1148p-1, 0x1.eace54p-1, 0x1.ec4918p-1,
      0x1.ee89fap-1, 0x1.f199bep-1, 0x1.f5818ep-1, 0x1.fa4afap-1};
  static constexpr double kExpTail[] = {
      0.0, 0x1.8d96d4p-25, -0x1.9c0c22p-27, 0x1.964904p-25,
      0x1.125002p-25, 0x1.370be4p-25, -0x1.0a355p-25, -0x1.00d8acp-27,
      0x1.26055cp-26, -0x1.05cb44p-25, 0x1.67a1cap-28, 0x1.a3b5e4p-28,
      -0x1.f9c304p-27, -0x1.6961b4p-28, -0x1.a5217cp-28, 0x1.61428ep-28};
  static constexpr std::int64_t kLogStartBits = 0x3f340000;
  static constexpr double kLogInverse[] = {
      0x1.639138p+0, 0x1.55774cp+0, 0x1.47d6c4p+0, 0x1.3a85d8p+0,
      0x1.2f45eep+0, 0x1.24f75ep+0, 0x1.1ad1dap+0, 0x1.118dep+0,
      0x1.084896p+0, 0x1p+0, 0x1.e267c8p-1, 0x1.c7981ep-1,
      0x1.af44dap-1, 0x1.99bcb4p-1, 0x1.85ae74p-1, 0x1.74c10cp-1};
  static constexpr double kLogValue[] = {
      -0x1.506cp-2, -0x1.26fcp-2, -0x1.fa9p-3, -0x1.a5a4p-3,
      -0x1.5b0cp-3, -0x1.143cp-3, -0x1.9818p-4, -0x1.0fa8p-4,
      -0x1.04ep-5, 0.0, 0x1.e7cp-5, 0x1.de18p-4,
      0x1.5f6cp-3, 0x1.c85p-3, 0x1.178cp-2, 0x1.4506p-2};
  static constexpr double kLogValueLow[] = {
      0x1.4694c4p-35, -0x1.ed663p-34, -0x1.9d483cp-34, 0x1.bf4098p-35,
      -0x1.1024aep-31, -0x1.d120ccp-34, 0x1.f0d806p-36, -0x1.5d1fe6p-34,
      -0x1.fe58a2p-33, 0.0, 0x1.b39096p-35, 0x1.527868p-35,
      -0x1.e6c346p-35, -0x1.6896b4p-35, 0x1.235d9cp-33, -0x1.6ff5d8p-40};
  static constexpr double kLog2Inverse[] = {
      0x1.63dcaap+0, 0x1.558facp+0, 0x1.4722bp+0, 0x1.3af426p+0,
      0x1.2f47b2p+0, 0x1.246a8ap+0, 0x1.1a83bap+0, 0x1.10c5aep+0,
      0x1.087e58p+0, 0x1p+0, 0x1.e2740ep-1, 0x1.c766a8p-1,
      0x1.aed5c6p-1, 0x1.9a1388p-1, 0x1.86390ap-1, 0x1.744b42p-1};
  static constexpr double kLog2Value[] = {
      -0x1.e694p-2, -0x1.a9fcp-2, -0x1.6a3cp-2, -0x1.322cp-2,
      -0x1.f4cp-3, -0x1.88f8p-3, -0x1.233p-3, -0x1.77p-4,
      -0x1.81cp-5, 0.0, 0x1.5f4p-4, 0x1.5a2p-3,
      0x1.fdf8p-3, 0x1.47fp-2, 0x1.914p-2, 0x1.d6bcp-2};
  static constexpr double kLog10Inverse[] = {
      0x1.63aeaap+0, 0x1.560c3ep+0, 0x1.481dd2p+0, 0x1.3b4ceap+0,
      0x1.2fb2f6p+0, 0x1.24f0ecp+0, 0x1.1a41b2p+0, 0x1.10fb3cp+0,
      0x1.08bb16p+0, 0x1p+0, 0x1.e186dep-1, 0x1.c7ad2ap-1,
      0x1.af93dap-1, 0x1.999da2p-1, 0x1.8687dep-1, 0x1.741e8p-1};
  static constexpr double kLog10Value[] = {
      -0x1.248p-3, -0x1.01bcp-3, -0x1.b98p-4, -0x1.72ap-4,
      -0x1.2ffp-4, -0x1.df9p-5, -0x1.5b6p-5, -0x1.c9p-6,
      -0x1.dd4p-7, 0.0, 0x1.b4ap-6, 0x1.9eap-5,
      0x1.2ff8p-4, 0x1.8cep-4, 0x1.e1cp-4, 0x1.1bd4p-3};
  /// Rows of four parts of (2^(step * row + first) * 2 / pi) mod 4; step and first are 32 and -32, in float32 8 and -16.
  static constexpr double kTwoOverPiBlocks[] = {
      0x1.45f306p-17, 0x1.b9391p-42, 0x1.529fc2p-68, 0x1.d5f47ep-94,
      0x1.45f306p-9, 0x1.b9391p-34, 0x1.529fc2p-60, 0x1.d5f47ep-86,
      0x1.45f306p-1, 0x1.b9391p-26, 0x1.529fc2p-52, 0x1.d5f47ep-78,
      0x1.7cc1b8p+1, -0x1.b1bbeap-24, -0x1.ac07b2p-49, 0x1.5f47d4p-74,
      0x1.836e4ep+0, 0x1.1054a8p-26, -0x1.ec5418p-55, 0x1.f534dep-80,
      0x1.b72722p+1, 0x1.529fc2p-28, 0x1.d5f47ep-54, -0x1.65912p-79,
      0x1.27220ap+1, 0x1.29fc28p-24, -0x1.505c16p-49, 0x1.a6ee06p-75,
      0x1.220a94p+1, 0x1.fc2758p-24, -0x1.70565ap-51, 0x1.dc0db6p-76,
      0x1.529fc2p-4, 0x1.d5f47ep-30, -0x1.65912p-55, 0x1.b6c52cp-81,
      0x1.29fc28p+0, -0x1.505c16p-25, 0x1.a6ee06p-51, 0x1.b6295ap-76,
      0x1.fc2758p+0, -0x1.70565ap-27, 0x1.dc0db6p-52, 0x1.4acc9ep-79,
      0x1.3abe9p-3, -0x1.596448p-29, 0x1.b6c52cp-57, -0x1.9b0ef2p-82,
      0x1.abe8fap+1, 0x1.34ddcp-24, 0x1.b6c52cp-49, -0x1.9b0ef2p-74,
      0x1.e8fa9ap+1, 0x1.bb81b6p-25, 0x1.8a5664p-50, 0x1.e21c82p-75,
      0x1.f534dep+0, -0x1.f924ecp-27, 0x1.5993c4p-52, 0x1.c821p-79,
      0x1.34ddcp+0, 0x1.b6c52cp-25, -0x1.9b0ef2p-50, 0x1.041fe6p-76};
};
// clang-format on

}  // namespace rooftop::ops::meaning
