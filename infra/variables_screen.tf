# Options of the trading screen.

variable "screen" {
  description = "The trading screen: a bucket with its files behind CloudFront. Needs live market data. false: none of it exists."
  type        = bool
  default     = false
}

variable "screen_domain" {
  description = "A domain of your own for the screen, such as trade.example. Its DNS record is yours to make. null: CloudFront's domain, which also accepts TLS 1.0 and 1.1."
  type        = string
  default     = null
}

variable "screen_certificate_arn" {
  description = "With screen_domain: its certificate in ACM, which CloudFront reads in us-east-1."
  type        = string
  default     = null

  validation {
    condition     = var.screen_certificate_arn == null || can(regex(":acm:us-east-1:", var.screen_certificate_arn))
    error_message = "A certificate of us-east-1."
  }
}
